"""Pictures that another program pipes in: ``-``, ``/dev/fd/63`` or a FIFO."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ....errors import SourceError
from ...frame import Frame
from ...image.jpeg import DamagedPictureError
from ...late_frame import frame_of
from ...uri_options import Options
from ..base import Source
from ..video import FileClock
from .descriptor import Descriptor, file_behind, open_descriptor
from .picture_format import PictureFormat, open_stream

_STDIN: Final = "standard input"


class PipeSource(Source):
    """A stream of bytes from another program, until it ends.

    JPEG files that follow each other, raw frames of a fixed size and, by PyAV, a video:
    H.264 or H.265 as it is, MPEG-TS, Matroska, MP4 and others.

    Args:
        descriptor: File descriptor to read; it is closed with the source.
        name: Name of the source: ``-`` for standard input, or a path.
        picture_format: What the stream is; by default its first bytes tell.
        live: Hand over the newest picture only. Otherwise the program that pipes them
            in waits, and none is lost.
    """

    def __init__(
        self,
        descriptor: int,
        *,
        name: str = "-",
        picture_format: PictureFormat | None = None,
        live: bool = False,
    ) -> None:
        super().__init__(name)
        self.live = live
        self._descriptor = descriptor
        self._format = picture_format or PictureFormat()

    @classmethod
    def open(
        cls, target: str, options: Mapping[str, str], **_settings: Any
    ) -> PipeSource:
        """Open by ``-`` or ``-?format=bgr24&size=640x480&live=1``, or by a FIFO's path.

        Raises:
            SourceError: It cannot be opened, or an option is not usable.
        """
        name = target or "-"
        texts = Options(_STDIN if name == "-" else f"the pipe {name}", options)
        picture_format = PictureFormat.take(texts, target=name)
        live = texts.switch("live")
        texts.finish()
        return cls(
            open_descriptor(name), name=name, picture_format=picture_format, live=live
        )

    @property
    def _words(self) -> str:
        return _STDIN if self.name == "-" else self.name

    def frames(self) -> Iterator[Frame]:
        """Yield the pictures that come in."""
        pipe = Descriptor(
            self._descriptor,
            name=self._words,
            closed=self.closed,
            on_quiet=lambda text: self.status.on_note(text),
        )
        pictures = open_stream(
            pipe.portion,
            self._format,
            name=self._words,
            live=self.live,
            path=file_behind(self._descriptor),
            reduction=self.reduction,
            packets=self.packets,
        )
        try:
            clock = FileClock()
            index, is_any_whole = 0, False
            while not self.closed.is_set():
                try:
                    picture = pictures.take()
                except DamagedPictureError as error:
                    if self.closed.is_set():  # it breaks off because we left
                        break
                    index += 1
                    self._leave_out(str(error), each=pictures.what == "jpeg")
                    continue
                if picture is None:
                    break
                is_any_whole = True
                stated_ms = pictures.position_ms
                position = None if stated_ms is None else clock.position_s(stated_ms)
                yield frame_of(picture, index, self.name, position)
                index += 1
            if self.closed.is_set():
                return
            if not is_any_whole:
                raise SourceError(
                    f"{self._words[:1].upper()}{self._words[1:]} held no readable "
                    f"picture ({pictures.what})."
                )
            if pictures.last_words():
                self.status.on_note(f"{self._words} {pictures.last_words()}")
        finally:
            pictures.close()

    def release(self) -> None:
        """Close the pipe."""
        os.close(self._descriptor)

    def _leave_out(self, reason: str, *, each: bool) -> None:
        """Count a damaged picture; those of a camera or a video are reported once."""
        sentence = f"A picture from {self._words} is damaged: {reason}. It is skipped."
        if self.live:
            self.status.damaged += 1
        else:
            self.status.unreadable += 1
        if each and not self.live:
            self.status.on_note(sentence)
        elif self.status.damaged + self.status.unreadable == 1:
            self.status.on_note(f"{sentence} All such pictures are counted.")
