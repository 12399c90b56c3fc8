"""The summary of a run: latencies, dropped frames, losses, and the board's health."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..timing import LatencyTable

if TYPE_CHECKING:
    from ...devices.health import HealthLog
    from ..sinks import Sink
    from ..sources import Source
    from ..stage import Stage


@dataclass(frozen=True)
class RunSummary:
    """The figures of one run.

    Attributes:
        latency: The times of all frames.
        dropped: Frames that a live source passed over because the model was busy.
        thinned: Frames skipped on purpose, to keep to ``max_fps``.
        reconnects: How often the source was opened again.
        gap_s: Seconds without pictures because the source was lost.
        unreadable: Pictures that could not be read.
        lost: Sink name -> events that it did not keep.
        health: The first and the last health reading of the board and the extremes;
            empty where none was taken.
        board: The same in one line for people; empty where the board has no sensors.
        damaged: Pictures of a camera or stream that arrived damaged.
        is_live: The source was a camera: when no frame was passed over, its own rate
            is all that the figures show, and the model may be faster.
        decoded_at: One pixel was decoded for so many of a JPEG, each way.
        failed: Stage name -> events for which it could not do its work.
    """

    latency: LatencyTable
    dropped: int
    thinned: int
    reconnects: int
    gap_s: float
    unreadable: int
    lost: dict[str, int]
    health: dict[str, Any] = field(default_factory=dict)
    board: str = ""
    damaged: int = 0
    is_live: bool = False
    decoded_at: int = 1
    failed: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        source: Source,
        sinks: Sequence[Sink],
        health: HealthLog | None,
        *,
        stages: Iterable[Stage],
        latency: LatencyTable,
        dropped: int,
        thinned: int,
    ) -> RunSummary:
        """Return the figures of a run so far, by what its parts know."""
        status = source.status
        return cls(
            latency=latency,
            dropped=dropped,
            thinned=thinned,
            reconnects=status.reconnects,
            gap_s=status.gap_s,
            unreadable=status.unreadable,
            damaged=status.damaged,
            is_live=source.live,
            decoded_at=source.reduction.used,
            lost={sink.name: sink.lost for sink in sinks},
            failed={stage.name: stage.failed for stage in stages},
            health=health.to_dict() if health is not None else {},
            board=health.describe() if health is not None else "",
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the summary as plain JSON types."""
        return {
            **self.latency.to_dict(),
            "dropped": self.dropped,
            "thinned": self.thinned,
            "reconnects": self.reconnects,
            "gap_s": round(self.gap_s, 3),
            "unreadable": self.unreadable,
            "damaged": self.damaged,
            "decoded_at": self.decoded_at,
            "lost": self.lost,
            **({"failed": self.failed} if self.failed else {}),
            "health": self.health,
        }

    def lines(self) -> Iterator[str]:
        """Yield the closing table and what was lost, as text."""
        yield from self.latency.lines()
        throughput = self.latency.throughput
        words = [_count(self.latency.frames, "frame")]
        if throughput is not None:
            missed = self.dropped + self.thinned + self.damaged + self.reconnects
            is_all = self.is_live and not missed
            words.append(
                f"{throughput:.2f} frames per second{' (all that came)' * is_all}"
            )
        words.append(f"{self.dropped} dropped")
        if self.thinned:
            words.append(f"{self.thinned} skipped by --max-fps")
        if self.latency.first_left_out:
            words.append(f"first model left out in {self.latency.first_left_out}")
        if self.latency.reused:
            words.append(f"answer used again in {self.latency.reused}")
        if self.reconnects:
            words.append(
                f"{_count(self.reconnects, 'reconnect')} ({self.gap_s:.1f} s without "
                "pictures)"
            )
        if self.unreadable:
            words.append(f"{self.unreadable} unreadable")
        if self.damaged:
            words.append(f"{self.damaged} damaged")
        if self.decoded_at > 1:
            words.append(f"JPEGs decoded at 1/{self.decoded_at} of their size")
        yield ", ".join(words)
        for name, lost in self.lost.items():
            if lost:
                yield f"{name} lost {_count(lost, 'event')}"
        for name, failed in self.failed.items():
            if failed:
                yield f"{name} failed for {_count(failed, 'frame')}"
        if self.board:
            yield self.board


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
