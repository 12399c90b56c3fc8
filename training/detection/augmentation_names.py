"""``flip,scale=0.3,mosaic=0.5``: the changes of detectors' pictures, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ...errors import unknown_name
from .augmentation import NONE, BoxAugmentation

DEFAULT: Final = "flip,scale=0.2,shift=0.1,brightness=0.1"

AMOUNTS: Final[Mapping[str, float | None]] = {
    "brightness": 0.15,
    "flip": None,
    "flip-vertical": None,
    "mosaic": 0.5,
    "scale": 0.3,
    "shift": 0.1,
}
"""Name -> default amount; None means that it takes no amount."""


def parse_box_augmentation(text: str | None) -> BoxAugmentation:
    """Read ``NAME[=AMOUNT],...``.

    Args:
        text: ``none`` means no change, None means the default.

    Raises:
        ValueError: A name is unknown, or an amount is out of range.
    """
    if text is None:
        text = DEFAULT
    if text.strip() == "none":
        return NONE
    chosen: dict[str, float] = {}
    for part in text.split(","):
        name, equals, amount = part.strip().partition("=")
        if name not in AMOUNTS:
            raise ValueError(unknown_name("change of boxed pictures", name, AMOUNTS))
        default = AMOUNTS[name]
        if equals and default is None:
            raise ValueError(f"{name} takes no amount, got '{part.strip()}'.")
        try:
            chosen[name] = float(amount) if equals else (default or 0.0)
        except ValueError:
            raise ValueError(f"{name} takes a number, got '{amount}'.") from None
        if not 0 <= chosen[name] <= (0.9 if name == "scale" else 1):
            raise ValueError(f"{name} must be in 0..1, got {amount}.")
    changes: dict[str, Any] = {
        "flip": "flip" in chosen,
        "flip_vertical": "flip-vertical" in chosen,
        "scale": (1 - chosen.get("scale", 0.0), 1 + chosen.get("scale", 0.0)),
        "shift": chosen.get("shift", 0.0),
        "color": chosen.get("brightness", 0.0),
        "mosaic": chosen.get("mosaic", 0.0),
    }
    return BoxAugmentation(**changes)
