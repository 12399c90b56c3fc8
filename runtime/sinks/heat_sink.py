"""Where things were, and how many in each hour: ``heat:DIR``."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import SinkError
from ..uri_options import Options
from .base import Sink

if TYPE_CHECKING:
    from ..event import Event

logger = logging.getLogger(__name__)


class HeatSink(Sink):
    """A folder with a map of where tracks were, and counts by hour.

    The folder is written to every minute and goes on over restarts; see
    :class:`~edgevision.runtime.heat_map.heat_folder.HeatFolder`.

    Args:
        folder: Made where it is absent.
        every_s: Seconds between two writings.

    Raises:
        SinkError: The folder cannot be used.
    """

    needs_target = True
    example = "heat:heat/"

    def __init__(self, folder: Path, *, every_s: float = 60.0) -> None:
        from ..heat_map import HeatFolder

        self.name = f"heat:{folder}"
        self._heat = HeatFolder(folder, every_s=every_s)
        self._on_note: Callable[[str], None] = logger.warning
        self._is_told = False

    @classmethod
    def open(
        cls, target: str, options: Mapping[str, str], *, force: bool = False
    ) -> HeatSink:
        """Open by ``heat:DIR``, with the option ``every=60`` in seconds.

        What is in the folder goes on; ``force`` changes nothing.

        Raises:
            SinkError: The folder cannot be used, or an option is not usable.
        """
        del force
        texts = Options("the heat sink", options, error=SinkError)
        every_s = texts.number("every", 60.0, low=1.0, high=86400.0)
        texts.finish()
        return cls(Path(target), every_s=every_s)

    def tell(self, on_note: Callable[[str], None]) -> None:
        """Take where the sentence goes that a run has no tracks."""
        self._on_note = on_note

    def write(self, event: Event) -> None:
        """Add an event; one without tracks has nothing to add.

        Raises:
            SinkError: The disk does not take the files.
        """
        if event.tracks is None and not self._is_told:
            self._is_told = True
            self._on_note(
                f"{self.name} counts tracks, and this run has none: it stays empty. "
                "Add --track, or in Python a TrackStage."
            )
        self._heat.add(event)

    def close(self) -> None:
        """Write all files; may be called twice.

        Raises:
            SinkError: The disk does not take them.
        """
        self._heat.close()
