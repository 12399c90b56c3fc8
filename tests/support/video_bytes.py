"""Small videos of known pictures, as bytes, by PyAV."""

from __future__ import annotations

import io
from fractions import Fraction

import numpy as np

COUNT = 12
EVERY = 4
"""Every fourth picture is a whole one."""
SIZE = (64, 48)


def pictures() -> list[np.ndarray]:
    """Return the pictures, BGR: each is of one colour, 20 levels brighter."""
    return [np.full((SIZE[1], SIZE[0], 3), 10 + 20 * n, np.uint8) for n in range(COUNT)]


def video_bytes(
    container: str, codec: str = "libx264", *, seekable: bool = False
) -> bytes:
    """Return the pictures as a stream.

    Args:
        container: FFmpeg's name of it: ``h264``, ``hevc``, ``mpegts`` ...
        codec: FFmpeg's name of the encoder.
        seekable: Whether an MP4 has its index at its end; otherwise it is written
            from the beginning to the end, as for a pipe.
    """
    import av

    av.logging.set_level(av.logging.PANIC)
    stream = io.BytesIO()
    fragments = container == "mp4" and not seekable
    settings = {"movflags": "frag_keyframe+empty_moov"} if fragments else {}
    options = {"g": str(EVERY), "bf": "0", "preset": "ultrafast"}
    if codec == "libx265":
        options["x265-params"] = f"log-level=none:keyint={EVERY}:min-keyint={EVERY}"
    plain = codec in ("rawvideo", "mjpeg")
    with av.open(stream, "w", format=container, options=settings) as output:
        video = output.add_stream(codec, rate=10, options={} if plain else options)
        video.width, video.height = SIZE
        video.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        video.time_base = Fraction(1, 10)
        for number, picture in enumerate(pictures()):
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            frame.pts, frame.time_base = number, Fraction(1, 10)
            for packet in video.encode(frame):
                output.mux(packet)
        for packet in video.encode(None):
            output.mux(packet)
    return stream.getvalue()
