"""The settings of the camera watch: a table of an app's file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..tables import PositiveSeconds, Seconds, read_table
from .camera_state import CameraState


@dataclass(frozen=True)
class WatchSettings:
    """What a camera watch looks for, and how soon it says so; a table of an app's file.

    Attributes:
        covered: Look for a lens that is covered.
        dark: Look for light that goes out suddenly.
        blurred: Look for a picture that is out of focus.
        moved: Look for a camera that shows another place. Off for a camera that turns
            on purpose: each new view is then learned, and nothing is reported.
        frozen: Look for a stream that repeats one picture.
        file: Where the learned view is kept over restarts; empty means nowhere.
        every: Time between two looks.
        after: A fault that lasts so long is reported, and one that is gone for so long
            has ended.
        learn: For so long a new view is only learned.
        accept_after: A camera that is moved or blurred for so long stays so: what it
            shows becomes the usual view. ``0s`` means never.
    """

    covered: bool = True
    dark: bool = True
    blurred: bool = True
    moved: bool = True
    frozen: bool = True
    file: str = ""
    every: PositiveSeconds = 0.5
    after: Seconds = 3.0
    learn: Seconds = 20.0
    accept_after: Seconds = 3600.0

    def __post_init__(self) -> None:
        if not 0 < self.every <= 60:
            raise ValueError(f"every must be at most a minute, got {self.every} s.")
        for name in ("after", "learn", "accept_after"):
            value = getattr(self, name)
            if not 0 <= value < float("inf"):
                raise ValueError(f"{name} must be 0 s or more, got {value}.")

    @property
    def states(self) -> frozenset[CameraState]:
        """Return the faults that are looked for."""
        wanted = {
            CameraState.COVERED: self.covered,
            CameraState.DARK: self.dark,
            CameraState.BLURRED: self.blurred,
            CameraState.MOVED: self.moved,
            CameraState.FROZEN: self.frozen,
        }
        return frozenset(state for state, is_wanted in wanted.items() if is_wanted)

    @classmethod
    def from_table(cls, table: Mapping[str, Any], where: str = "") -> WatchSettings:
        """Return the settings of a table ``[watch]``.

        Args:
            table: As a TOML reader returns it.
            where: The path of the table, for the sentences.

        Raises:
            TableError: A key is unknown, or a value is wrong.
        """
        return read_table(cls, table, where)
