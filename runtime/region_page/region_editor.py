"""The live picture and the regions of a file, joined for the page."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from ...errors import EdgeVisionError
from ..event import Event
from ..frame import Frame
from ..regions import Line, Zone
from ..results import Detections, Result
from ..sinks import Sink, encode, no_wider, picture_of
from ..timing import Timing
from .region_file import RegionFile
from .region_text import DrawnRegion, region_of

_WIDTH: Final = 1280
_MOST_REGIONS: Final = 100
_MOST_LABELS: Final = 1000


class NoModel:
    """A runner that finds nothing: the page of a source alone."""

    def run(self, frame: Frame) -> tuple[Result, Timing]:
        """Return no detection."""
        del frame
        nothing = Detections(
            np.empty((0, 4), np.float32),
            np.empty(0, np.float32),
            np.empty(0, np.int64),
        )
        return nothing, Timing()


class RegionEditor(Sink):
    """Keeps the newest picture for the page, and reads and writes its file.

    As a sink it takes the events of a run. A picture is encoded when the page asks.

    Args:
        file: Where the regions are kept.
        labels: The labels that a region may be limited to, for the page to offer.
    """

    name = "regions"

    def __init__(self, file: RegionFile, labels: Sequence[str] = ()) -> None:
        super().__init__("regions")
        self._file = file
        self._labels = list(dict.fromkeys(labels))[:_MOST_LABELS]
        self._newest: Event | None = None
        self._jpeg = b""
        self._jpeg_of: Event | None = None
        self._arrived = threading.Condition()
        self._one_at_a_time = threading.Lock()

    def write(self, event: Event) -> None:
        """Take an event; its picture is that of the page from now on."""
        with self._arrived:
            self._newest = event
            self._arrived.notify_all()

    def picture(self, timeout_s: float = 5.0) -> bytes:
        """Return the newest picture as a JPEG; the first one is waited for.

        Args:
            timeout_s: For so long.

        Returns:
            Empty where there is none so far.
        """
        limit = time.monotonic() + timeout_s
        with self._arrived:
            while self._newest is None:
                if not self._arrived.wait(max(limit - time.monotonic(), 0.0)):
                    return b""
            event = self._newest
        with self._one_at_a_time:
            if event is not self._jpeg_of:
                self._jpeg = encode(no_wider(picture_of(event), _WIDTH), quality=80)
                self._jpeg_of = event
            return self._jpeg

    def load(self) -> dict[str, Any]:
        """Return what the page shows, as plain JSON types.

        Raises:
            EdgeVisionError: The file cannot be read.
        """
        regions = self._file.read()
        return {
            "file": self._file.path.name,
            "camera": self._file.camera,
            "labels": self._labels,
            "regions": [_to_dict(region) for region in regions],
            "version": _version(regions),
            "notes": [],
        }

    def save(self, data: Any) -> dict[str, Any]:
        """Write the regions that the page sends, and return what it shows then.

        Args:
            data: As the page sends it: ``regions``, a list of tables with ``name``,
                ``was``, ``kind``, ``points`` and ``labels``; and ``version`` as it
                was loaded, where nothing that came since may be lost.

        Raises:
            EdgeVisionError: A region cannot be used, or the file cannot be written.
        """
        with self._one_at_a_time:
            regions = self._file.read()
            before = {region.name: region for region in regions}
            try:
                _refuse_older(data, regions)
                drawn = _drawn(data, before)
            except (ValueError, TypeError) as error:
                raise EdgeVisionError(_sentence(str(error))) from error
            try:
                self._file.write(drawn)
            except OSError as error:
                raise EdgeVisionError(
                    f"Cannot write {self._file.path}: {error.strerror or error}."
                ) from error
            renamed = [(e.was, e.region.name) for e in drawn if e.was != e.region.name]
            notes = self._file.notes(
                [was for was, _ in renamed if was]
                + [name for name in before if name not in {e.was for e in drawn}]
            )
        return {**self.load(), "notes": notes}


def _version(regions: Sequence[Zone | Line]) -> str:
    """Return a text that is another one as soon as a region is."""
    return hashlib.sha256(repr(list(regions)).encode()).hexdigest()[:16]


def _refuse_older(data: Any, regions: Sequence[Zone | Line]) -> None:
    """Refuse what was drawn over regions that are not those of the file any more."""
    version = data.get("version") if isinstance(data, Mapping) else None
    if version is not None and version != _version(regions):
        raise ValueError(
            "somebody else has changed the regions of the file. Load the page again, "
            "and draw on theirs."
        )


def _drawn(data: Any, before: Mapping[str, Zone | Line]) -> list[DrawnRegion]:
    tables = data.get("regions") if isinstance(data, Mapping) else None
    if not isinstance(tables, list) or len(tables) > _MOST_REGIONS:
        raise ValueError(f"expected a list of at most {_MOST_REGIONS} regions.")
    drawn = []
    for table in tables:
        if not isinstance(table, Mapping):
            raise ValueError("expected a table for each region.")
        name, was, kind = (table.get(key, "") for key in ("name", "was", "kind"))
        if kind not in ("zone", "line") or not isinstance(was, str):
            raise ValueError("a region is a zone or a line.")
        if was and was not in before:
            raise ValueError(
                f"the file has no region {was!r} any more: somebody else has changed "
                "it. Load the page again."
            )
        values = {kind: table.get("points", ()), "labels": table.get("labels", ())}
        old = before.get(was)
        if old is not None:
            values |= {"part": old.part, "margin": old.margin}
            if isinstance(old, Zone):
                values["share"] = old.share
        drawn.append(DrawnRegion(region_of(name, values), was))
    return drawn


def _to_dict(region: Zone | Line) -> dict[str, Any]:
    return {
        "name": region.name,
        "kind": "line" if isinstance(region, Line) else "zone",
        "points": [[round(x, 4), round(y, 4)] for x, y in region.points],
        "labels": list(region.labels),
    }


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
