"""Pictures as a source: one file, a folder with its sub-folders, or a pattern."""

from __future__ import annotations

import glob
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from ...errors import SourceError
from ..frame import Frame
from ..image import (
    SUFFIX_HINT,
    is_picture,
    list_pictures,
    natural_order,
    picture_bytes,
    read_image,
)
from ..late_frame import LatePicture, frame_of
from ..uri_options import Options
from .base import Source

_JPEG: Final = frozenset({".jpg", ".jpeg", ".jpe", ".jfif"})


class ImageSource(Source):
    """A source that yields picture files in natural order (2 before 10).

    A file among several that cannot be read is reported, counted in
    ``status.unreadable`` and skipped; its number stays unused. When none can be
    read, that is an error, and so is a single unreadable file.

    Args:
        paths: Picture files.
        name: What errors call the source.
        note: A sentence for the user, such as which files of a folder were skipped;
            reported when the first picture is asked for.
    """

    def __init__(
        self, paths: Sequence[Path], *, name: str, note: str | None = None
    ) -> None:
        super().__init__(name)
        self.paths = list(paths)
        self._note = note

    @classmethod
    def open(
        cls, target: str, options: Mapping[str, str], **_settings: Any
    ) -> ImageSource:
        """Open a picture file, a folder or a pattern.

        Raises:
            SourceError: Nothing is there, or there is no picture among it.
        """
        Options("an image source", options).finish()
        path = Path(target)
        if path.is_dir():
            folder = list_pictures(path)
            if not folder.paths:
                raise SourceError(
                    f"Cannot read images from '{target}': the folder holds no image "
                    f"file ({SUFFIX_HINT}). {folder.note or ''}".rstrip()
                )
            return cls(folder.paths, name=target, note=folder.note)
        if path.is_file():
            return cls([path], name=target)
        matches = [Path(item) for item in glob.glob(target, recursive=True)]
        files = [path for path in matches if path.is_file()]
        paths = natural_order(path for path in files if is_picture(path))
        if not paths:
            raise SourceError(
                f"Cannot read '{target}': no such file or folder, and no image "
                "matches it as a pattern."
            )
        others = natural_order(path for path in files if not is_picture(path))
        note = None
        if others:
            count = f"{len(others)} files, such as " if len(others) > 1 else ""
            note = f"Left out of {target}, as no picture: {count}{others[0]}."
        return cls(paths, name=target, note=note)

    def frames(self) -> Iterator[Frame]:
        """Yield the pictures in order."""
        if self._note is not None:
            self.status.on_note(self._note)
        for index, path in enumerate(self.paths):
            if self.closed.is_set():
                return
            try:
                picture = self._reduced(path) or read_image(path)
            except SourceError as error:
                self.status.unreadable += 1
                if self.status.unreadable == len(self.paths):
                    if index == 0:
                        raise
                    raise SourceError(
                        f"None of the {len(self.paths)} images of '{self.name}' can "
                        f"be read. The last one: {error}"
                    ) from error
                self.status.on_note(f"{error} It is skipped.")
                continue
            yield frame_of((picture, time.monotonic_ns()), index, str(path))

    def _reduced(self, path: Path) -> LatePicture | None:
        """Return a JPEG decoded small; None where the file is to be read whole."""
        if self.reduction.rule is None or path.suffix.lower() not in _JPEG:
            return None
        try:
            data = picture_bytes(path)
        except OSError:
            return None
        return self.reduction.reduced(data) if data else None
