"""Pictures with their results drawn on them: ``images:DIR``."""

from __future__ import annotations

import weakref
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from ...errors import OutputExistsError, SinkError
from ...files import close_output, hold_folder, remove_dead_parts, rescue_whole_files
from ..event import Event
from ..image import STILL_SUFFIXES
from ..uri_options import Options
from .base import Sink
from .condition import Condition
from .disk import Publisher
from .picture import VIEWS, encode, picture_of
from .record import time_of_day

FORMATS: Final = ("jpg", "png")


class ImageFilesSink(Sink):
    """A folder of image files, one per chosen frame, each whole or not there.

    A file has its name a moment after the event, when its content is on the disk. The
    folder is locked for as long as the sink is open.

    A frame of an image file is named by number and file (``000004-cat.jpg``), one of a
    stream by number and time of capture (``20261120T195812.123Z-000042.jpg``).

    Args:
        folder: The folder; made when it is absent.
        condition: The choice of frames; None means all.
        suffix: ``.jpg`` or ``.png``.
        draw: Draw the result; otherwise the frame as it came.
        view: Of a model that answers with a picture: ``picture``, ``beside`` or
            ``overlay``.
        quality: Of a JPEG, 1..100.
        max_files: How many files of this run stay, the newest ones; 0 means all.
        replace: Replace files of the same name; otherwise a number is added.
        sync: Bring each file to the disk before it has its name; without that, a power
            loss can leave empty files.

    Raises:
        SinkError: Another process writes into the folder, or it cannot be opened.
    """

    needs_target = True
    example = "images:out/"

    def __init__(
        self,
        folder: Path,
        *,
        condition: Condition | None = None,
        suffix: str = ".jpg",
        draw: bool = True,
        view: str = "picture",
        quality: int = 90,
        max_files: int = 0,
        replace: bool = False,
        sync: bool = True,
    ) -> None:
        self.name = f"images:{folder}"
        self._folder = folder
        self._condition = condition or Condition()
        self.needs_pictures = self._condition == Condition()
        self._suffix = suffix
        self._draw = draw
        self._view = view
        self._quality = quality
        self._replace = replace
        self._count = 0
        try:
            lock = hold_folder(folder, error=SinkError)
        except OSError as error:
            raise SinkError(f"Cannot write into {folder}: {error.strerror}.") from error
        self._newest = _NewestFiles(max_files)
        self._publisher = Publisher(folder, self._newest.add, sync=sync)
        # One that nobody closes and nobody has any more must not stay locked.
        self._release = weakref.finalize(self, _release, self._publisher, lock)

    @classmethod
    def open(
        cls, target: str, options: Mapping[str, str], *, force: bool = False
    ) -> ImageFilesSink:
        """Open by ``images:DIR?when=label:person,score:0.6,every:100``.

        Further options: ``draw=0``, ``view=beside``, ``format=png``, ``quality=90``,
        ``max-files=1000``, ``sync=0``, ``append=1`` (a folder that holds something is
        otherwise used only by force).

        Raises:
            OutputExistsError: The folder holds something.
            SinkError: The folder cannot be made, or an option is not usable.
        """
        texts = Options("the images sink", options, error=SinkError)
        condition = Condition.parse(texts.text("when"))
        suffix = "." + texts.text("format", "jpg", one_of=FORMATS)
        draw = texts.switch("draw", default=True)
        view = texts.text("view", "picture", one_of=VIEWS)
        quality = texts.integer("quality", 90, low=1, high=100)
        max_files = texts.integer("max-files", 0)
        sync = texts.switch("sync", default=True)
        append = texts.switch("append")
        texts.finish()
        folder = Path(target)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            remove_dead_parts(folder)
            rescue_whole_files(folder)
            holds_something = any(folder.iterdir())
        except OSError as error:
            raise SinkError(
                f"Cannot make the folder {folder}: {error.strerror}."
            ) from error
        if holds_something and not (force or append):
            raise OutputExistsError(
                f"{folder} already holds files. Pass --force to replace those of the "
                f"same name, or write 'images:{target}?append=1'."
            )
        return cls(
            folder,
            condition=condition,
            suffix=suffix,
            draw=draw,
            view=view,
            quality=quality,
            max_files=max_files,
            replace=force,
            sync=sync,
        )

    def write(self, event: Event) -> None:
        """Write the frame if it is chosen.

        Raises:
            SinkError: The file cannot be written.
        """
        count, self._count = self._count, self._count + 1
        if not self._condition.holds(event, count):
            return
        image = picture_of(event, self._view) if self._draw else event.frame.image
        data = encode(image, suffix=self._suffix, quality=self._quality)
        self._raise_losses()
        path = self._free(_stem(event))
        try:
            self._publisher.publish(path, data)
        except OSError as error:
            raise SinkError(f"Cannot write {path}: {error.strerror}.") from error

    def close(self) -> None:
        """Wait until every file is on the disk; may be called twice.

        Raises:
            SinkError: The disk did not take all of them.
        """
        try:
            self._release()
        except OSError as error:
            raise SinkError(f"Cannot finish {self.name}: {error.strerror}.") from error
        self._raise_losses()

    def _raise_losses(self) -> None:
        lost, error = self._publisher.take_losses()
        if error is not None:
            self.lost += lost
            raise SinkError(
                f"Cannot write into {self._folder}: {error.strerror}."
            ) from error

    def _free(self, stem: str) -> Path:
        """Return a path that is not in use, unless files may be replaced."""
        path = self._folder / (stem + self._suffix)
        number = 2
        while not self._replace and self._publisher.is_taken(path):
            path = self._folder / f"{stem}-{number}{self._suffix}"
            number += 1
        return path


def _stem(event: Event) -> str:
    source = Path(event.frame.source)
    if source.suffix.lower() in STILL_SUFFIXES:
        return f"{event.frame.index:06d}-{source.stem}"
    time = time_of_day(event.frame.timestamp_ns).replace("-", "").replace(":", "")
    return f"{time}-{event.frame.index:06d}"


class _NewestFiles:
    """Deletes the oldest files of a run when there are more than its limit."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._files: deque[Path] = deque()

    def __len__(self) -> int:
        return len(self._files)

    def add(self, path: Path) -> None:
        if not self._limit:
            return  # nothing to remember: a run may last for months
        self._files.append(path)
        while len(self._files) > self._limit:
            self._files.popleft().unlink(missing_ok=True)


def _release(publisher: Publisher, lock: int) -> None:
    try:
        publisher.close()
    finally:
        close_output(lock)
