"""The folder of clips: one writer at a time, the oldest clips go first."""

from __future__ import annotations

import logging
import os
import re
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from ...errors import SinkError
from ...files import close_output, hold_folder, remove_dead_parts
from ..closing import Closing
from .clip_file import stem_of_hidden
from .dead_clips import finish_dead_clips
from .kept_clips import KeptClip, read_kept_clip

logger = logging.getLogger(__name__)

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")
_SCAN_EVERY_S: Final = 60.0
# A board without a battery for its clock begins in 1970, or when its system was built.
_CLOCK_WAS_SET_S: Final = 1_704_067_200  # 2024


class ClipFolder(Closing):
    """A folder into which clips are written, by one process at a time.

    Several cameras share one object. Clips of earlier runs count for the quota and for
    the days, what else is in the folder does not and is never touched. A clip is its
    JSON and the files that this names.

    Clips that a killed process left half written are finished here, or removed where
    nothing can be played, and each is reported.

    Args:
        path: The folder; made when it is absent.
        quota: Bytes for all clips. The oldest go first, and none that grows.
        keep_days: Days for which a clip stays; 0 means no limit.
        on_note: Called with one sentence; the log's warnings by default.
        clock: Seconds since 1970; for tests.

    Attributes:
        path: As given.
        removed: How many clips went because of the quota or their age.

    Raises:
        SinkError: It cannot be made, or another process writes into it.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        quota: int,
        keep_days: float = 0.0,
        on_note: Callable[[str], None] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.path = Path(path)
        self.removed = 0
        self._quota = quota
        self._keep_s = keep_days * 86400
        self._on_note = on_note or log_note
        self._clock = clock
        self._lock = threading.RLock()
        self._running: set[str] = set()
        self._kept: dict[str, KeptClip] = {}
        self._scanned_s: float | None = None
        self._told_full = self._told_gone = False
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._descriptor: int | None = hold_folder(self.path, error=SinkError)
        except OSError as error:
            raise SinkError(
                f"Cannot write clips into {self.path}: {error.strerror}. Choose "
                "another folder."
            ) from error
        remove_dead_parts(self.path)
        for sentence in finish_dead_clips(self.path):
            self._on_note(sentence)

    def limit(self, quota: int, keep_days: float) -> None:
        """Keep other limits from now on, as the arguments of those names."""
        with self._lock:
            self._quota, self._keep_s = quota, keep_days * 86400
            self._told_full = False

    def begin(self, event_id: str) -> str:
        """Return the name, without its end, of the files of a clip that begins.

        It is the event's id where that can be a name, and is not in use.
        """
        name = event_id
        if not _NAME.fullmatch(event_id):
            name = _UNSAFE.sub("-", event_id).strip("-.")[:80] or "clip"
        with self._lock:
            stem, number = name, 2
            while stem in self._running or (self.path / f"{stem}.json").exists():
                stem, number = f"{name}-{number}", number + 1
            self._running.add(stem)
        return stem

    def end(self, stem: str) -> None:
        """Take a clip that is whole now."""
        with self._lock:
            self._running.discard(stem)
            clip = read_kept_clip(self.path, stem)
            if clip is not None:
                self._kept[stem] = clip

    def tidy(self) -> None:
        """Remove the clips that are too old, and the oldest beyond the quota.

        A folder that is gone, or that may not be read any more, is said once.
        """
        with self._lock:
            try:
                self._tidy()
            except OSError as error:
                if not self._told_gone:
                    self._told_gone = True
                    self._on_note(
                        f"Cannot read the folder of clips {self.path}: "
                        f"{error.strerror}. Start again when it is there."
                    )
            else:
                self._told_gone = False

    def close(self) -> None:
        """Let go of the folder; may be called twice."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            close_output(descriptor)

    def _tidy(self) -> None:
        now = self._clock()
        if self._scanned_s is None:
            self._scan()
        if self._keep_s:
            for clip in self._oldest_first():
                is_old = clip.wall_s + self._keep_s < now
                if is_old and clip.wall_s > _CLOCK_WAS_SET_S:
                    self._remove(clip)
        self._keep_quota()

    def _keep_quota(self) -> None:
        total = self._total()
        if total > self._quota and self._is_scan_old():
            # Somebody may have removed clips by hand, so that there is room.
            self._scan()
            total = self._total()
        for clip in self._oldest_first():
            if total <= self._quota:
                return
            total -= clip.size
            self._remove(clip)
        if total > self._quota and not self._told_full:
            self._told_full = True
            self._on_note(
                f"{self.path}: the clips that grow take {total / 1e6:.0f} MB, more "
                f"than the quota of {self._quota / 1e6:g} MB. Choose a larger quota or "
                "a lower longest."
            )

    def _total(self) -> int:
        """Return the bytes of all clips, those that grow among them."""
        size = sum(clip.size for clip in self._kept.values())
        if self._running:
            with os.scandir(self.path) as entries:
                for entry in entries:
                    if stem_of_hidden(entry.name) in self._running:
                        # Another camera's clip may have become whole meanwhile.
                        with suppress(FileNotFoundError):
                            size += entry.stat().st_size
        return size

    def _oldest_first(self) -> list[KeptClip]:
        return sorted(self._kept.values(), key=lambda clip: (clip.wall_s, clip.stem))

    def _remove(self, clip: KeptClip) -> None:
        try:
            clip.remove(self.path)
        except OSError as error:
            self._on_note(f"Cannot remove the clip {clip.stem}: {error.strerror}.")
        else:
            self.removed += 1
        del self._kept[clip.stem]

    def _is_scan_old(self) -> bool:
        return time.monotonic() - (self._scanned_s or 0.0) > _SCAN_EVERY_S

    def _scan(self) -> None:
        self._scanned_s = time.monotonic()
        with os.scandir(self.path) as entries:
            names = {entry.name for entry in entries}
        stems = [name[:-5] for name in names if name.endswith(".json")]
        before, self._kept = self._kept, {}
        for stem in stems:
            clip = before.get(stem) or read_kept_clip(self.path, stem)
            if clip is not None and stem not in self._running:
                self._kept[stem] = clip.with_size(self.path)


def log_note(text: str) -> None:
    """Write a sentence to the log."""
    logger.warning("%s", text)
