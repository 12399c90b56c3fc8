"""The table of all candidates, for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from .answers import COLUMNS, text_of

if TYPE_CHECKING:
    from .evidence import ScaleEvidence

FITS: Final = 0.4
"""The distance of a layer's statistics below which they fit."""


def evidence_lines(evidence: ScaleEvidence) -> tuple[str, ...]:
    """Return the table, aligned, with a heading and the words for its columns."""
    names = [
        name for name in COLUMNS if any(name in row.figures for row in evidence.rows)
    ]
    heads = ["option", *(["statistics"] if evidence.layer else [])]
    heads += [COLUMNS[name] for name in names]
    cells = [heads]
    for row in evidence.rows:
        line = [evidence.option(row)]
        if evidence.layer:
            line.append(text_of("statistics", row.distance))
        line += [text_of(name, row.figures.get(name)) for name in names]
        cells.append(line)
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    is_known = bool(evidence.layer) or "accuracy" in names
    order = "the best first" if is_known else "the surest and most varied first"
    lines = [
        f"The float model on {evidence.count} of these pictures under each scale, "
        f"{order}:"
    ]
    for line in cells:
        first = line[0].ljust(widths[0])
        rest = [cell.rjust(n) for cell, n in zip(line[1:], widths[1:], strict=True)]
        lines.append("  " + "  ".join([first, *rest]).rstrip())
    return (*lines, *_legend(evidence, names))


def _legend(evidence: ScaleEvidence, names: Sequence[str]) -> list[str]:
    lines = []
    if evidence.layer:
        text = (
            f"statistics: how far the values at layer '{evidence.layer}' are from "
            f"those in training; 0 is equal, below {FITS} fits."
        )
        if evidence.is_frozen:
            text += (
                " The layer was frozen in the last training, so this shows an "
                "earlier training."
            )
        lines.append(text)
    if "entropy" in names:
        lines.append("entropy: 0 is sure, 1 is all classes alike.")
    if "spread" in names:
        lines.append("spread: how much answers differ between pictures; 0 is none.")
    return lines
