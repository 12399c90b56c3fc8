"""The heat map and the counts of the day as pages of the web sink."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..picture import encode, no_wider
from .http_messages import RefusedError

if TYPE_CHECKING:
    from ...event import Event

_FRESH_S: Final = 5.0  # all viewers share one map for so long

Pages = Mapping[str, Callable[[], tuple[str, bytes]]]


class HeatPages:
    """A heat map that a page shows: what the sink ``heat`` keeps, in the same folder.

    Args:
        folder: Where the map is kept, also over restarts.
        width: Wider pictures are made smaller for the page.

    Attributes:
        pages: Path -> what makes the type and the content of the page.

    Raises:
        SinkError: The folder cannot be used.
    """

    def __init__(self, folder: Path, *, width: int) -> None:
        from ...heat_map import HeatFolder

        self._heat = HeatFolder(folder)
        self._width = width
        self._lock = threading.Lock()
        self._jpeg, self._made_s = b"", -_FRESH_S
        self.pages: Pages = {"/heat-map.jpg": self._picture, "/counts.csv": self._csv}

    def add(self, event: Event) -> None:
        """Take an event.

        Raises:
            SinkError: The disk does not take the map.
        """
        self._heat.add(event)

    def close(self) -> None:
        """Write the map; may be called twice.

        Raises:
            SinkError: The disk does not take it.
        """
        self._heat.close()

    def _picture(self) -> tuple[str, bytes]:
        with self._lock:
            if time.monotonic() - self._made_s >= _FRESH_S:
                image = self._heat.picture()
                if image is None:
                    raise RefusedError(404, "nothing has been tracked so far")
                self._jpeg = encode(no_wider(image, self._width))
                self._made_s = time.monotonic()
            return "image/jpeg", self._jpeg

    def _csv(self) -> tuple[str, bytes]:
        return "text/csv; charset=utf-8", self._heat.text().encode()
