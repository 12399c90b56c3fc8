"""What a video source needs of a decoder, whichever package it comes from."""

from __future__ import annotations

from typing import Protocol

from ...frame import Image


class VideoReader(Protocol):
    """One open video, decoded picture by picture.

    Attributes:
        fps: Frames per second as the header states; 0 means that it states none.
        expected_frames: How many frames the header states; 0 means that it states none.
        expected_s: Seconds from the first frame to the end, by the header; 0 means that
            it states none. For some files it is known only after the last frame.
        damaged: Pictures left out so far because they, or others that they build on,
            could not be decoded; 0 where the package does not tell.
        codec: How the video is encoded, in a reader's words ("AV1"); may be empty.
    """

    fps: float
    expected_frames: int
    damaged: int
    codec: str

    @property
    def expected_s(self) -> float:
        """Return the attribute of this name."""
        ...

    def read(self) -> tuple[Image, float | None] | None:
        """Return the next picture and the time that the stream states; None at its end.

        The picture is uint8 (H, W, 3), BGR, turned upright. The time is in
        milliseconds; None means that the stream states none for this picture.

        Raises:
            SourceError: The connection is lost, or no decoder fits.
        """
        ...

    def close(self) -> None:
        """Let go of the file or connection."""
        ...
