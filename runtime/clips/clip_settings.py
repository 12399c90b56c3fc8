"""What a recorder of clips keeps, and how much it may take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final

from ..tables import Between, ByteCount, Count, PositiveSeconds, Seconds, read_table

_LEAST_MEMORY: Final = 1_000_000


@dataclass(frozen=True)
class ClipSettings:
    """How long clips are, how large, and how many of them stay.

    Attributes:
        folder: Where clips go; made when it is absent.
        before: Seconds before the event began.
        after: Seconds after it ended.
        longest: Seconds of the longest clip. A longer event has one of its beginning.
        fps: Pictures per second that are kept; 0 means all.
        width: A wider picture is made smaller; 0 means never.
        quality: Of the JPEGs from which clips are made, 1..100.
        memory: Bytes for the JPEGs of the last seconds. What waits to be written may
            take twice as much.
        quota: Bytes for all clips in the folder. The oldest go first.
        keep_days: Days for which a clip stays; 0 means no limit.
        most_at_once: Clips that grow at the same time. An event beyond them has a
            snapshot and a record.
        copy: Copy the camera's own H.264 instead of encoding pictures, where the source
            gives it. Not in a run that covers parts of pictures.
        rules: Rules whose events have a clip; empty means all.
    """

    folder: str
    before: Seconds = 5.0
    after: Seconds = 5.0
    longest: PositiveSeconds = 300.0
    fps: Annotated[float, Between(0, 240)] = 10.0
    width: Annotated[int, Between(0, 16384, whole=True)] = 1280
    quality: Annotated[int, Between(1, 100, whole=True)] = 80
    memory: ByteCount = 32_000_000
    quota: ByteCount = 2_000_000_000
    keep_days: Annotated[float, Between(0, 36500)] = 0.0
    most_at_once: Count = 8
    copy: bool = False
    rules: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("before", "after", "fps", "width", "keep_days"):
            value = getattr(self, name)
            if not value >= 0:
                raise ValueError(f"{name} must not be negative, got {value}.")
        for name in ("longest", "quota", "most_at_once"):
            value = getattr(self, name)
            if not value > 0:
                raise ValueError(f"{name} must be above 0, got {value}.")
        if not 1 <= self.quality <= 100:
            raise ValueError(f"quality must be 1..100, got {self.quality}.")
        if self.memory < _LEAST_MEMORY:
            raise ValueError(
                f"memory must be at least 1 MB, got {self.memory} bytes. One picture "
                "of 1280x720 takes about 0.15 MB."
            )

    @classmethod
    def from_table(cls, table: Any, where: str = "clips") -> ClipSettings:
        """Return the settings of a table of an app's file.

        Args:
            table: ``{"folder": "events/", "before": "5s", "quota": "2GB"}``.
            where: The path of the table, for the sentences.

        Raises:
            TableError: Keys are unknown, missing or wrong.
        """
        return read_table(cls, table, where)
