"""Cameras on the network: ``rtsp://``, ``http://``, ``tcp://`` and others."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import cv2
import numpy as np

from ....errors import MissingDependencyError, SourceError
from ....redaction import redact_address
from ...frame import Image, as_bgr
from ...image.jpeg import ReducedDecoding
from ...pyav import has_pyav
from ...video_packets import PacketTap
from ..live import GIVE_UP_AFTER_S, EndOfStreamError, Grabber, LiveSource
from ..video import UnknownProtocolError
from .http_answer import HttpAnswer
from .mjpeg import MjpegGrabber, is_mjpeg
from .silence import why_silent
from .stream_grabber import SocketGrabber, open_video

# OpenCV's own defaults are 30 s each, and its environment variable does not shorten
# them; a hung server is noticed after two read timeouts.
OPEN_TIMEOUT_MS: Final = 5000
READ_TIMEOUT_MS: Final = 2000
# PyAV notices damage, and begins sooner; without it OpenCV reads them.
_BY_PYAV: Final = ("rtmp", "rtmps", "srt")


class NetworkSource(LiveSource):
    """A camera that is named by an address; its own name has no password."""

    @classmethod
    def open(
        cls,
        target: str,
        options: Mapping[str, str],
        *,
        give_up_after: float = GIVE_UP_AFTER_S,
        **_settings: Any,
    ) -> NetworkSource:
        """Open ``rtsp://host/path``, ``http://host/path``, ``tcp://host:port`` ...

        Raises:
            SourceError: Nothing usable answers there; the sentence says why.
        """
        del options  # the address keeps its own query
        reduction, packets = ReducedDecoding(), PacketTap()
        source = cls(
            redact_address(target),
            lambda: _connect(target, reduction, packets),
            give_up_after=give_up_after,
        )
        source.reduction, source.packets = reduction, packets
        return source


def _connect(url: str, reduction: ReducedDecoding, packets: PacketTap) -> Grabber:
    """Open an MJPEG camera by our own reader, anything else by FFmpeg."""
    scheme = url.partition(":")[0].lower()
    silence_s = READ_TIMEOUT_MS / 1000
    if scheme in ("tcp", "udp"):
        try:
            return SocketGrabber(
                url, silence_s=silence_s, reduction=reduction, packets=packets
            )
        except MissingDependencyError:
            if scheme == "tcp":
                raise
            return _FfmpegGrabber(url)
    if scheme in _BY_PYAV and has_pyav():
        with contextlib.suppress(UnknownProtocolError):
            return open_video(url, silence_s=silence_s, packets=packets)
    if scheme == "srt":
        return _srt_by_opencv(url)
    if not url.lower().startswith(("http:", "https:")):
        return _FfmpegGrabber(url)
    try:
        answer = HttpAnswer(url, silence_s=silence_s)
        if is_mjpeg(answer.kind):
            return MjpegGrabber(answer, reduction)
    except SourceError as error:
        name, reason = redact_address(url), str(error).rstrip(".")
        raise SourceError(f"Cannot open {name}: {reason}.") from error
    answer.close()
    # FFmpeg asks the last address itself, so that it follows no redirection with the
    # password.
    return _FfmpegGrabber(answer.url)


def _srt_by_opencv(url: str) -> Grabber:
    """Open SRT by OpenCV's FFmpeg, which knows it where a system's package is used."""
    try:
        return _FfmpegGrabber(url)
    except SourceError:
        # Only PyAV reads MPEG-TS from a pipe.
        form = "-c copy -f mpegts" if has_pyav() else "-f mjpeg -q:v 3"
        raise SourceError(
            f"Cannot open {redact_address(url)}: nothing answers there, or no FFmpeg "
            "here knows SRT (the packages of PyAV and OpenCV on the index do not, "
            "Debian's do). The program ffmpeg hands it on: ffmpeg -i srt://... "
            f"{form} - | edgevision run MODEL --source '-?live=1'"
        ) from None


class _FfmpegGrabber:
    """One connection of FFmpeg; reading takes at most the timeouts above."""

    def __init__(self, url: str) -> None:
        self._name = redact_address(url)
        # FFmpeg alone: other readers of OpenCV print the address, password and all.
        self._capture = cv2.VideoCapture(
            url,
            cv2.CAP_FFMPEG,
            [
                *(cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, OPEN_TIMEOUT_MS),
                *(cv2.CAP_PROP_READ_TIMEOUT_MSEC, READ_TIMEOUT_MS),
            ],
        )
        if not self._capture.isOpened():
            self._capture.release()
            raise SourceError(f"Cannot open {self._name}: {why_silent(url)}.")
        width = int(self._capture.get(cv2.CAP_PROP_FRAME_WIDTH))
        height = int(self._capture.get(cv2.CAP_PROP_FRAME_HEIGHT))
        # Its rate is a guess of FFmpeg's here, so it is not repeated.
        self.mode = f"{width}x{height}"
        count = self._capture.get(cv2.CAP_PROP_FRAME_COUNT)
        # A file on a web server has a length and ends; a camera has none (for RTSP the
        # number is negative nonsense) and is lost.
        self._finite = urlsplit(url).scheme.startswith("http") and 0 < count < 1e9

    def read(self) -> tuple[Image, int]:
        began = time.monotonic_ns()
        ok, image = self._capture.read()
        stamp = time.monotonic_ns()
        # After a timeout FFmpeg still gives the pictures that its decoder held back:
        # they are as old as the silence.
        late = stamp - began > 0.95e6 * READ_TIMEOUT_MS
        if not ok or image is None or late:
            if self._finite:
                raise EndOfStreamError
            raise SourceError("no picture came any more.")
        return as_bgr(np.asarray(image, np.uint8)), stamp

    def close(self) -> None:
        self._capture.release()
