"""GStreamer pipelines through PyGObject: ``gst:``, with any OpenCV.

The OpenCV on the package index is built without GStreamer; PyGObject's appsink needs no
OpenCV at all.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from ...errors import MissingDependencyError, SourceError
from ...redaction import redact
from ..frame import Image
from ..uri_options import Options
from .live import GIVE_UP_AFTER_S, EndOfStreamError, LiveSource

_TAIL: Final = (
    " ! videoconvert ! video/x-raw,format=BGR ! appsink name=edgevision_sink "
    "max-buffers=1 drop=true sync=false"
)
_PORTION_NS: Final = 200_000_000
_READ_TIMEOUT_NS: Final = 5_000_000_000
_START_TIMEOUT_NS: Final = 10_000_000_000
_OLDEST_STAMP_NS: Final = 60_000_000_000
_CURE: Final = (
    "Run: sudo apt install python3-gi python3-gst-1.0 gir1.2-gst-plugins-base-1.0 "
    "gstreamer1.0-plugins-good, and use the system's Python (a venv made with "
    "--system-site-packages)."
)


class GstreamerSource(LiveSource):
    """The pictures of a GStreamer pipeline; its appsink is added here."""

    @classmethod
    def open(
        cls,
        target: str,
        options: Mapping[str, str],
        *,
        give_up_after: float = GIVE_UP_AFTER_S,
        **_settings: Any,
    ) -> GstreamerSource:
        """Open by ``gst:v4l2src ! video/x-raw,width=640`` (without an appsink).

        Raises:
            MissingDependencyError: PyGObject or GStreamer is not there.
            SourceError: GStreamer refuses the pipeline.
        """
        Options("a GStreamer pipeline", options).finish()
        if "appsink" in target:
            raise SourceError(
                "A gst: pipeline must not have an appsink: EdgeVision adds its own. "
                "Remove it."
            )
        return cls(
            redact(f"gst:{target}"),
            lambda: GstreamerGrabber(target),
            give_up_after=give_up_after,
        )


class GstreamerGrabber:
    """One running pipeline.

    Args:
        pipeline: In GStreamer's own notation, without a sink.
    """

    def __init__(self, pipeline: str) -> None:
        self._gst = _load()
        try:
            self._pipeline = self._gst.parse_launch(pipeline + _TAIL)
        except Exception as error:  # GLib.Error, known only once gi is loaded
            raise SourceError(
                redact(f"GStreamer refuses the pipeline '{pipeline}': {error}.")
            ) from error
        self._sink = self._pipeline.get_by_name("edgevision_sink")
        self._has_clock: bool | None = None  # not asked yet
        self._pipeline.set_state(self._gst.State.PLAYING)
        # Wait for the first picture here: a wrong pipeline is an error at once.
        try:
            self._first: tuple[Image, int] | None = self._pull(_START_TIMEOUT_NS)
        except EndOfStreamError:
            self.close()
            raise SourceError(
                redact(f"The pipeline '{pipeline}' ended without a picture.")
            ) from None
        except SourceError:
            self.close()
            raise
        height, width = self._first[0].shape[:2]
        self.mode = f"{width}x{height}"

    def read(self) -> tuple[Image, int]:
        """Wait for the next picture; the stamp is the pipeline's, if it is live.

        A live pipeline stamps a picture when it is captured, so the wait in its own
        queues counts as age. Otherwise the stamp is the moment at which the picture
        left the pipeline.
        """
        if self._first is not None:
            picture, self._first = self._first, None
            return picture
        return self._pull(_READ_TIMEOUT_NS)

    def close(self) -> None:
        """Stop the pipeline."""
        self._pipeline.set_state(self._gst.State.NULL)

    def _pull(self, timeout_ns: int) -> tuple[Image, int]:
        until = time.monotonic_ns() + timeout_ns
        while True:
            # In short portions: an error of the pipeline does not end the waiting.
            sample = self._sink.emit("try-pull-sample", _PORTION_NS)
            stamp = time.monotonic_ns()
            if sample is not None:
                break
            self._check_for_the_end()
            if stamp > until:
                raise SourceError(f"no picture came for {timeout_ns / 1e9:.0f} s.")
        structure = sample.get_caps().get_structure(0)
        width, height = structure.get_value("width"), structure.get_value("height")
        buffer = sample.get_buffer()
        ok, memory = buffer.map(self._gst.MapFlags.READ)
        if not ok:
            raise SourceError("GStreamer could not show a picture's memory.")
        try:
            image = bgr_of(memory.data, width, height)
            return image, self._captured_ns(sample, buffer.pts, stamp)
        finally:
            buffer.unmap(memory)

    def _captured_ns(self, sample: Any, pts: int, now: int) -> int:
        if self._has_clock is None:
            self._has_clock = self._is_on_monotonic_clock()
        if not self._has_clock or pts == self._gst.CLOCK_TIME_NONE:
            return now
        running = sample.get_segment().to_running_time(self._gst.Format.TIME, pts)
        stamp = int(self._pipeline.get_base_time() + running)
        return stamp if now - _OLDEST_STAMP_NS < stamp <= now else now

    def _is_on_monotonic_clock(self) -> bool:
        """Return whether the pipeline is live and its clock that of Python."""
        query = self._gst.Query.new_latency()
        clock = self._pipeline.get_clock()
        return (
            # Asked above the sink: one that does not keep the time denies it.
            bool(self._sink.get_static_pad("sink").peer_query(query))
            and bool(query.parse_latency()[0])
            and isinstance(clock, self._gst.SystemClock)
            and clock.get_property("clock-type") == self._gst.ClockType.MONOTONIC
        )

    def _check_for_the_end(self) -> None:
        kinds = self._gst.MessageType
        message = self._pipeline.get_bus().pop_filtered(kinds.ERROR | kinds.EOS)
        if message is not None and message.type == kinds.ERROR:
            error, _ = message.parse_error()
            raise SourceError(redact(f"GStreamer reports: {error.message}"))
        if message is not None or self._sink.get_property("eos"):
            raise EndOfStreamError


def bgr_of(data: bytes | memoryview, width: int, height: int) -> Image:
    """Copy a BGR picture out of memory whose rows may be padded.

    Args:
        data: All rows, each ``len(data) // height`` bytes long.
        width: Pixels per row that count.
        height: Rows.
    """
    stride = len(data) // height
    rows = np.frombuffer(data, np.uint8, count=stride * height).reshape(height, stride)
    picture = rows[:, : width * 3].reshape(height, width, 3)
    return np.array(picture, np.uint8, order="C")


def _load() -> Any:
    """Import PyGObject's Gst on first use."""
    try:
        gi = importlib.import_module("gi")
        gi.require_version("Gst", "1.0")
        gst = importlib.import_module("gi.repository.Gst")
    except (ImportError, ValueError) as error:
        raise MissingDependencyError(
            "Reading a GStreamer pipeline needs PyGObject and GStreamer's bindings, "
            f"which this Python does not have ({error}). {_CURE}"
        ) from error
    gst.init(None)
    return gst
