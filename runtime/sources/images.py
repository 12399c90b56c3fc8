"""Images as a source: one file, a directory with its sub-folders, or a glob."""

from __future__ import annotations

import glob
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ...errors import SourceError
from ..frame import IMAGE_SUFFIXES, Frame, read_image
from ..uri_options import Options
from .base import Source


class ImageSource(Source):
    """Yield image files one after the other, in natural order (2 before 10).

    A file among several that cannot be read is told, counted in
    ``status.unreadable`` and left out; its number stays unused. When none can be
    read, that is an error, and so is a single unreadable file.

    Args:
        paths: Image files.
        name: What to call the source.
    """

    def __init__(self, paths: Sequence[Path], *, name: str) -> None:
        super().__init__(name)
        self.paths = list(paths)

    @classmethod
    def open(
        cls, target: str, options: Mapping[str, str], **_settings: Any
    ) -> ImageSource:
        """Open an image file, a directory or a glob.

        Raises:
            SourceError: Nothing is there, or no image is among it.
        """
        Options("an image source", options).finish()
        path = Path(target)
        if path.is_dir():
            found = [item for item in path.rglob("*") if _is_image(item)]
            if not found:
                raise SourceError(
                    f"Cannot read images from '{target}': the folder holds no image "
                    "file (jpg, png, bmp, tif, webp ...)."
                )
            return cls(sorted(found, key=_natural), name=target)
        if path.is_file():
            return cls([path], name=target)
        found = [Path(item) for item in glob.glob(target, recursive=True)]
        found = [item for item in found if _is_image(item)]
        if not found:
            raise SourceError(
                f"Cannot read '{target}': no such file or folder, and no image "
                "matches it as a pattern."
            )
        return cls(sorted(found, key=_natural), name=target)

    def frames(self) -> Iterator[Frame]:
        """Yield the pictures in order."""
        for index, path in enumerate(self.paths):
            if self.closed.is_set():
                return
            try:
                image = read_image(path)
            except SourceError as error:
                self.status.unreadable += 1
                if self.status.unreadable == len(self.paths):
                    if index == 0:
                        raise
                    raise SourceError(
                        f"None of the {len(self.paths)} images of '{self.name}' can "
                        f"be read. The last one: {error}"
                    ) from error
                self.status.on_note(f"{error} It is left out.")
                continue
            yield Frame(image, time.monotonic_ns(), index, str(path))


def _is_image(path: Path) -> bool:
    return path.suffix.lower() in IMAGE_SUFFIXES and path.is_file()


def _natural(path: Path) -> list[tuple[int, int, str]]:
    pieces = re.split(r"([0-9]+)", str(path))
    return [
        (1, int(piece), "") if position % 2 else (0, 0, piece)
        for position, piece in enumerate(pieces)
    ]
