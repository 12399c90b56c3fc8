"""One string for any source: read it, find the kind, open it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ...registry import resolve
from ..frame import IMAGE_SUFFIXES
from ..options import split_options
from . import SOURCES, Source
from .transform import NAMES, Transform, TransformedSource

_GLOB: Final = frozenset("*?[")


@dataclass(frozen=True)
class SourceAddress:
    """Hold what a source string says.

    Attributes:
        kind: A name from ``edgevision.runtime.sources.SOURCES``.
        target: The path, device, URL or pipeline.
        options: What stands behind the ``?``, without the transform's part.
        transform: What is done to each picture.
    """

    kind: str
    target: str
    options: Mapping[str, str] = field(default_factory=dict)
    transform: Transform = field(default_factory=Transform)


def parse_source(text: str) -> SourceAddress:
    """Read a source string; nothing is opened.

    ``photo.jpg``, ``folder/``, ``'photos/*.jpg'``, ``clip.mp4`` and ``synthetic:``,
    each with ``?rotate=90|180|270&flip=h|v|hv&roi=x,y,width,height``. A file whose
    name holds a ``?`` is taken as it is when it exists.

    Raises:
        SourceError: An option is unknown or its value not usable.
    """
    if not text:
        text = "."
    target, options = (text, {}) if Path(text).exists() else split_options(text)
    transform = Transform.from_options(options)
    rest = {key: value for key, value in options.items() if key not in NAMES}
    kind, target = _kind(target)
    return SourceAddress(kind, target, rest, transform)


def open_source(text: str, *, realtime: bool = False) -> Source:
    """Open a source by its string.

    Args:
        text: See :func:`parse_source`.
        realtime: Play a file at the pace at which it was taken, dropping frames.

    Raises:
        SourceError: The string is not usable, or the source cannot be opened.
    """
    address = parse_source(text)
    opener = resolve("source", address.kind, SOURCES).open
    source: Source = opener(address.target, address.options, realtime=realtime)
    if address.transform:
        return TransformedSource(source, address.transform)
    return source


def _kind(target: str) -> tuple[str, str]:
    scheme, colon, rest = target.partition(":")
    if colon and scheme == "synthetic":
        return "synthetic", rest
    path = Path(target)
    if path.is_dir() or path.suffix.lower() in IMAGE_SUFFIXES:
        return "images", target
    if not path.exists() and _GLOB.intersection(target):
        return "images", target
    return "video", target
