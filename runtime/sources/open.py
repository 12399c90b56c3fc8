"""One string for any source: read it, find the kind, open it."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ...errors import SourceError
from ...registry import resolve
from ..frame import IMAGE_SUFFIXES
from ..uri_options import split_options
from .live import GIVE_UP_AFTER_S
from .network import SCHEMES, redact, split_address
from .registry import SOURCES, Source
from .transform import NAMES, Transform, TransformedSource

_GLOB: Final = frozenset("*?[")
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")


@dataclass(frozen=True)
class SourceAddress:
    """Hold what a source string says.

    Attributes:
        kind: A name from ``edgevision.runtime.sources.registry.SOURCES``.
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

    ``auto``, a camera's number or ``/dev/video2``, ``v4l2:``, ``csi:``, ``gst:``,
    ``rtsp://``, ``http://``, ``-``, ``photo.jpg``, ``folder/``, ``'photos/*.jpg'``,
    ``clip.mp4`` or ``synthetic:``, each with
    ``?rotate=90|180|270&flip=h|v|hv&roi=x,y,width,height``. A file whose name holds a
    ``?`` is taken as it is when it exists.

    Raises:
        SourceError: An option is unknown or its value not usable.
    """
    if text.partition("://")[0].lower() in SCHEMES and "://" in text:
        target, options = split_address(text, NAMES)
        return SourceAddress(
            "network", target, transform=Transform.from_options(options)
        )
    target, options = (text, {}) if os.path.exists(text) else split_options(text)
    if text.startswith("gst:") and not set(options) <= set(NAMES):
        target, options = text, {}  # a "?" of the pipeline's own
    kind, target = _kind(target)
    transform = Transform.from_options(options)
    rest = {key: value for key, value in options.items() if key not in NAMES}
    return SourceAddress(kind, target, rest, transform)


def open_source(
    text: str, *, realtime: bool = False, give_up_after: float = GIVE_UP_AFTER_S
) -> Source:
    """Open a source by its string.

    Args:
        text: See :func:`parse_source`.
        realtime: Play a file at the pace at which it was taken, dropping frames.
        give_up_after: Seconds after which a camera that was lost is an error.

    Raises:
        SourceError: The string is not usable, or the source cannot be opened.
    """
    return open_address(
        parse_source(text), realtime=realtime, give_up_after=give_up_after
    )


def open_address(
    address: SourceAddress, *, options: Mapping[str, str] | None = None, **settings: Any
) -> Source:
    """Open what :func:`parse_source` read.

    Args:
        address: The source.
        options: More options for it, over its own.
        settings: ``realtime`` and ``give_up_after``.

    Raises:
        SourceError: The source cannot be opened.
    """
    opener = resolve("source", address.kind, SOURCES).open
    source: Source = opener(
        address.target, {**address.options, **(options or {})}, **settings
    )
    if address.transform:
        return TransformedSource(source, address.transform)
    return source


def _kind(target: str) -> tuple[str, str]:
    scheme, colon, rest = target.partition(":")
    if colon and scheme in ("synthetic", "v4l2", "csi", "gst"):
        return scheme, rest
    if target in ("auto", ""):
        return "auto", ""
    if target == "-":
        return "stdin", ""
    if target.isdecimal() or target.startswith(("/dev/video", "/dev/v4l/")):
        return "v4l2", target
    path = Path(target)
    if _SCHEME.match(target) and not path.exists():
        known = ", ".join(f"{name}://" for name in SCHEMES)
        raise SourceError(
            f"Cannot read '{redact(target)}': an address begins with one of {known}."
        )
    if path.is_dir() or path.suffix.lower() in IMAGE_SUFFIXES:
        return "images", target
    if not path.exists() and _GLOB.intersection(target):
        return "images", target
    return "video", target
