"""What a verification says of each value or label, in lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

_SHOWN: Final = 5


def part_lines(parts: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return a line for each of the worst values, labels or heads.

    Args:
        parts: Of a card's verification, the worst first.
    """
    lines = [_line(part) for part in parts[:_SHOWN]]
    if len(parts) > _SHOWN:
        lines.append(f"and {len(parts) - _SHOWN} more, which agree at least as well")
    return lines


def _head(part: Mapping[str, Any]) -> str:
    return f"{part['name']}: {part['metric']} {part['agreement']:.1%}"


def _line(part: Mapping[str, Any]) -> str:
    if "metric" in part:
        return _head(part)
    return _label(part) if "threshold" in part else _value(part)


def _value(part: Mapping[str, Any]) -> str:
    unit = f" {part['unit']}" if part.get("unit") else ""
    words = f"{part['name']}: {_number(part['mean_error'])}{unit} off in the mean"
    if part["float_low"] is not None:
        words += (
            f" (float answers {_number(part['float_low'])} to "
            f"{_number(part['float_high'])})"
        )
    words += f", at most {_number(part['largest_error'])}"
    if part["r2"] is not None:
        words += f", R² {part['r2']:.3f}"
    if part.get("true_error") is not None:
        words += (
            f"; mean error against the truth: float {_number(part['float_true_error'])}"
            f"{unit}, converted {_number(part['true_error'])}{unit}"
        )
        if part["true_r2"] is not None:
            words += f"; R² {part['float_true_r2']:.3f}, {part['true_r2']:.3f}"
    return words


def _label(part: Mapping[str, Any]) -> str:
    words = (
        f"{part['name']}: {part['agreement']:.1%} alike at the threshold "
        f"{part['threshold']:g}, "
        f"reported {part['float_reported']} times by float, {part['reported']} by the "
        "file"
    )
    if part.get("float_ap") is not None:
        words += (
            f"; true {part['true_n']} times, average precision {part['float_ap']:.3f}, "
            f"{part['ap']:.3f}; F1 {part['float_f1']:.3f}, {part['f1']:.3f}"
        )
    return words


def _number(value: float) -> str:
    return f"{value:.3g}"
