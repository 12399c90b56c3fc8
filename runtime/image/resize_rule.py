"""The rule by which a picture is brought to the model's size, as users write it."""

from __future__ import annotations

from ...card import RESIZE_RULES
from ...errors import shown, unknown_name


def parse_resize(text: str) -> tuple[str, float]:
    """Read ``stretch``, ``letterbox``, ``center-crop`` or ``center-crop:FRACTION``.

    Returns:
        The rule, and the share (by side) that center-crop keeps.

    Raises:
        ValueError: The text is none of them.
    """
    rule, colon, fraction = text.strip().lower().partition(":")
    if rule not in RESIZE_RULES:
        raise ValueError(unknown_name("resize rule", text, RESIZE_RULES))
    if not colon:
        return rule, 1.0
    try:
        share = float(fraction)
    except ValueError:
        share = 0.0
    if rule != "center-crop" or not 0 < share <= 1:
        raise ValueError(
            "A fraction above 0 and at most 1 may follow center-crop, got "
            f"{shown(text)}. "
            "Write center-crop:0.875."
        )
    return rule, share
