"""Shares of few samples in words that do not promise too much."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

NOTHING: Final = 2
FEW: Final = 20


def agreement_words(verification: Mapping[str, Any], *, digits: int = 1) -> str:
    """Return agreement, count and interval of a verification.

    One or two samples are never a percentage, and below 20 the wide interval is said.

    Args:
        verification: As in the model card.
        digits: After the point.
    """
    count, share = int(verification["n"]), float(verification["agreement"])
    noun = "sample" if count == 1 else "samples"
    if count <= NOTHING:
        return f"{_of(share, count, verification)} {noun}, which proves nothing"
    low, high = verification["interval"]
    wide = ", wide because the samples are few" if count < FEW else ""
    return (
        f"{share:.{digits}%} on {count} {noun} (95 % interval {100 * low:.1f} to "
        f"{100 * high:.1f} %{wide})"
    )


def accuracy_words(
    value: float, verification: Mapping[str, Any], *, digits: int = 1
) -> str:
    """Return an accuracy: a percentage, or "1 of 1" for one or two samples.

    Args:
        value: 0..1; R² may be below 0.
        verification: As in the model card.
        digits: After the point.
    """
    # R² is no share.
    if verification.get("accuracy_name") == "R²":
        return f"{value:.3f}"
    count = int(verification["n"])
    is_share = verification.get("accuracy_name", "accuracy") == "accuracy"
    if count <= NOTHING and is_share:
        return f"{round(value * count)} of {count}"
    return f"{value:.{digits}%}"


def _of(share: float, count: int, verification: Mapping[str, Any]) -> str:
    if str(verification["metric"]).startswith("top-1"):
        return f"{round(share * count)} of {count}"
    return f"{share:.3f} on {count}"
