"""Aligned columns for a terminal, and texts for sizes and shapes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ...escapes import printable


def columns(headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[str]:
    """Return rows as aligned columns; numbers are aligned to the right."""
    texts = [[cell_text(value) for value in row] for row in rows]
    has_titles = any(headers)
    table = [list(headers), *texts] if has_titles else texts
    widths = [max(len(row[i]) for row in table) for i in range(len(headers))]
    numeric = [
        all(isinstance(row[i], (int, float)) or row[i] == "" for row in rows)
        for i in range(len(headers))
    ]
    return [
        "  "
        + "  ".join(
            text.rjust(width) if right else text.ljust(width)
            for text, width, right in zip(row, widths, numeric, strict=True)
        ).rstrip()
        for row in table
    ]


def cell_text(value: object) -> str:
    """Return the text of a cell."""
    # A name in a foreign file may hold anything, also a terminal's control codes.
    return printable(f"{value:g}" if isinstance(value, float) else str(value))


def byte_text(size: int) -> str:
    """Return a size with its unit."""
    if size < 10_000:
        return f"{size} B"
    return f"{size / 1000:.1f} kB" if size < 10**6 else f"{size / 10**6:.2f} MB"


def shape_text(shape: Iterable[int | None]) -> str:
    """Return a shape such as 1x224x224x3; ? is a size that is left open."""
    sizes = ["?" if size is None or size < 0 else str(size) for size in shape]
    return "x".join(sizes) or "scalar"
