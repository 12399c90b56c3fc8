"""The regions of a TOML text, changed so that everything else stays as it was."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ..regions import Line, Zone
from .toml_pieces import TomlPiece, pieces_of, toml_tables

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_SHAPES: Final = ("zone", "line")
_LABELS: Final = "labels"
_OPTIONS: Final = ("part", "share", "margin")


@dataclass(frozen=True)
class DrawnRegion:
    """A region as the page has it.

    Attributes:
        region: The zone or the line.
        was: Its name in the file; empty for a new one.
    """

    region: Zone | Line
    was: str = ""


def region_of(name: str, table: Mapping[str, Any]) -> Zone | Line:
    """Return the region of a table of a file.

    Raises:
        ValueError: It is neither a zone nor a line, or one that cannot be used.
    """
    kinds = [kind for kind in _SHAPES if kind in table]
    if len(kinds) != 1:
        raise ValueError(
            f"the region {name!r} must have either zone or line, with its points."
        )
    values = {key: table[key] for key in _OPTIONS if key in table}
    make = Zone if kinds[0] == "zone" else Line
    if make is Line:
        values.pop("share", None)
    labels = table.get(_LABELS, ())
    points = tuple(map(tuple, table[kinds[0]]))
    return make(name, points, labels, **values)


def changed_text(
    text: str, prefix: Sequence[str], regions: Sequence[DrawnRegion]
) -> str:
    """Return a TOML text with these regions instead of those that it has.

    Of a region that stays, only the keys ``zone``, ``line`` and ``labels`` are written,
    and only where they differ; comments, other keys and all other tables stay.

    Args:
        text: The text as it is.
        prefix: The table that has the table ``region``: empty, or
            ``("camera", "yard")``.
        regions: All regions, in their order.

    Raises:
        ValueError: Two regions have one name, or a region of the text does not stand in
            a table of its own.
    """
    names = [each.region.name for each in regions]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"{names.count(name)} regions are named {name!r}.")
    place = (*prefix, "region")
    before = _table(toml_tables(text), place)
    kept = {each.was for each in regions}
    edits: list[tuple[int, int, str]] = []
    sections = _sections(text, place)
    for name in before:
        if name not in sections:
            raise ValueError(
                f"the region {name!r} does not stand in a table of its own. Write it "
                f"below a line [{_header((*place, name))}], and draw again."
            )
        if name not in kept:
            section = sections[name]
            edits.append((section[0].start, _line_end(text, section[-1].end), ""))
    for each in regions:
        if each.was in before:
            edits += _edits(text, sections[each.was], place, each, before[each.was])
    added = [each.region for each in regions if each.was not in before]
    if added:
        edits.append(_added(text, prefix, place, added))
    for start, end, replacement in sorted(edits, reverse=True):
        text = text[:start] + replacement + text[end:]
    return text


def _table(tables: Any, path: Sequence[str]) -> dict[str, Any]:
    for key in path:
        tables = tables.get(key, {}) if isinstance(tables, dict) else {}
    return tables if isinstance(tables, dict) else {}


def _sections(text: str, place: Sequence[str]) -> dict[str, list[TomlPiece]]:
    """Return the pieces of each region's table: its header, and its pairs."""
    sections: dict[str, list[TomlPiece]] = {}
    current: list[TomlPiece] | None = None
    for piece in pieces_of(text):
        if piece.is_header:
            is_own = piece.path[:-1] == tuple(place) and not piece.is_array
            current = [piece] if is_own else None
            if current is not None:
                sections[piece.path[-1]] = current
        elif current is not None:
            current.append(piece)
    return sections


def _edits(
    text: str,
    section: list[TomlPiece],
    place: Sequence[str],
    drawn: DrawnRegion,
    table: Mapping[str, Any],
) -> list[tuple[int, int, str]]:
    region = drawn.region
    header, pairs = section[0], {piece.path: piece for piece in section[1:]}
    edits = []
    if region.name != drawn.was:
        words = f"[{_header((*place, region.name))}]"
        edits.append((header.start, header.end, words))
    kind = "line" if isinstance(region, Line) else "zone"
    old = next((each for each in _SHAPES if each in table), kind)
    if old != kind or not _same(region.points, table.get(kind)):
        piece = pairs.get((old,))
        edits.append(_put(text, header, piece, _points(region)))
    if tuple(table.get(_LABELS, ())) != region.labels:
        piece = pairs.get((_LABELS,))
        if region.labels:
            edits.append(_put(text, header, piece, _labels(region)))
        elif piece is not None:
            edits.append((piece.start, _line_end(text, piece.end), ""))
    return edits


def _put(
    text: str, header: TomlPiece, piece: TomlPiece | None, words: str
) -> tuple[int, int, str]:
    """Return the edit that replaces a pair, or writes it below the header."""
    if piece is not None:
        return piece.start, piece.end, words
    end = _line_end(text, header.end)
    is_last = not text[:end].endswith("\n")
    return end, end, ("\n" if is_last else "") + words + "\n"


def _added(
    text: str,
    prefix: Sequence[str],
    place: Sequence[str],
    regions: Sequence[Zone | Line],
) -> tuple[int, int, str]:
    """Return the edit that writes new regions behind what belongs to their camera."""
    at = len(text)
    is_inside = False
    for piece in pieces_of(text):
        if piece.is_header:
            is_inside = piece.path[: len(prefix)] == tuple(prefix) and bool(prefix)
        if is_inside:
            at = _line_end(text, piece.end)
    gap = "" if not text[:at].strip() else "\n" if text[:at].endswith("\n") else "\n\n"
    blocks = []
    for region in regions:
        lines = [f"[{_header((*place, region.name))}]", _points(region)]
        if region.labels:
            lines.append(_labels(region))
        blocks.append("\n".join(lines) + "\n")
    return at, at, gap + "\n".join(blocks)


def _line_end(text: str, at: int) -> int:
    """Return the index behind the line break that follows."""
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1


def _same(points: Sequence[Sequence[float]], table: Any) -> bool:
    try:
        old = [[float(x), float(y)] for x, y in table]
    except (TypeError, ValueError):
        return False
    return _rounded(points) == _rounded(old)


def _rounded(points: Sequence[Sequence[float]]) -> list[list[float]]:
    return [[round(x, 4), round(y, 4)] for x, y in points]


def _header(path: Sequence[str]) -> str:
    return ".".join(key if _BARE.fullmatch(key) else json.dumps(key) for key in path)


def _points(region: Zone | Line) -> str:
    kind = "line" if isinstance(region, Line) else "zone"
    corners = ", ".join(f"[{x:g}, {y:g}]" for x, y in _rounded(region.points))
    return f"{kind} = [{corners}]"


def _labels(region: Zone | Line) -> str:
    return f"labels = {json.dumps(list(region.labels), ensure_ascii=False)}"
