"""One string for any source: its kind, its target, its options."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ...errors import SourceError
from ...redaction import redact_address
from ...registry import load_entry_point, load_own, make_own, resolve, split_own
from ..image import STILL_SUFFIXES
from ..uri_options import split_options
from .base import Source
from .live import GIVE_UP_AFTER_S
from .network import SCHEMES, check_address, split_address
from .pipe import is_pipe
from .registry import SOURCES
from .transform import NAMES, Transform, TransformedSource

ENTRY_POINTS: Final = "edgevision.sources"
_KINDS: Final = ("synthetic", "v4l2", "csi", "gst")
_GLOB: Final = frozenset("*?[")
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")


@dataclass(frozen=True)
class SourceAddress:
    """The parts of a source string.

    Attributes:
        kind: A name from ``edgevision.runtime.sources.registry.SOURCES``, the name of
            an entry point of ``edgevision.sources``, or the place of a class.
        target: The path, device, URL or pipeline.
        options: The texts behind the ``?``, without those of the transform.
        transform: The change of each picture.
    """

    kind: str
    target: str
    options: Mapping[str, str] = field(default_factory=dict)
    transform: Transform = field(default_factory=Transform)


def parse_source(text: str) -> SourceAddress:
    """Read a source string; nothing is opened.

    ``auto``, a camera's number or ``/dev/video2``, ``v4l2:``, ``csi:``, ``gst:``,
    ``rtsp://``, ``http://``, ``tcp://`` (all of ``SCHEMES``), ``-``, a FIFO,
    ``photo.jpg``, ``folder/``, ``'photos/*.jpg'``, ``clip.mp4`` or ``synthetic:``, each
    with ``?rotate=90|180|270&flip=h|v|hv&roi=x,y,width,height``. A file whose name
    holds a ``?`` is taken as it is when it exists. A class of somebody else is
    ``./robot.py:Robot:left?option=value``, ``robots.eye:Robot:left``, or the name of an
    entry point.

    Raises:
        SourceError: An option is unknown or its value not usable.
    """
    if text.partition("://")[0].lower() in SCHEMES and "://" in text:
        check_address(text)
        target, options = split_address(text, NAMES)
        return SourceAddress(
            "network", target, transform=Transform.from_options(options)
        )
    is_there = os.path.exists(text)
    target, options = (text, {}) if is_there else split_options(text)
    if text.startswith("gst:") and not set(options) <= set(NAMES):
        target, options = text, {}  # a "?" of the pipeline's own
    own = None if is_there else split_own(target)
    kind, target = own or _kind(target)
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
    source_class = _class_of(address.kind)

    def make() -> Source:
        all_options = {**address.options, **(options or {})}
        return source_class.open(address.target, all_options, **settings)

    if address.kind in SOURCES:
        source = make()
    else:
        source = make_own("source", address.kind, make, error=SourceError)
        if not isinstance(source, Source):
            raise SourceError(
                f"Cannot use the source {address.kind}: its method open returned "
                f"{type(source).__name__}, expected a Source."
            )
    if address.transform:
        return TransformedSource(source, address.transform)
    return source


def _kind(target: str) -> tuple[str, str]:
    scheme, colon, rest = target.partition(":")
    if colon and scheme in _KINDS:
        return scheme, rest
    if target in ("auto", ""):
        return "auto", ""
    if is_pipe(target):
        return "pipe", target
    if target.isdecimal() or target.startswith(("/dev/video", "/dev/v4l/")):
        return "v4l2", target
    path = Path(target)
    if path.suffix == ".py":
        raise SourceError(
            f"'{target}' is Python code and names no class. Write it as "
            f"{target}:CLASS, or as {target}:CLASS:TARGET."
        )
    if colon and not path.exists() and _offered(scheme) is not None:
        return scheme, rest
    if _SCHEME.match(target) and not path.exists():
        known = ", ".join(f"{name}://" for name in SCHEMES)
        raise SourceError(
            f"Cannot read '{redact_address(target)}': an address begins with one of "
            f"{known}."
        )
    before, at, behind = target.rpartition("@")
    if at and ":" in before and not path.exists():
        known = ", ".join(f"{name}://" for name in SCHEMES)
        raise SourceError(
            f"Cannot read '***@{behind.partition('?')[0]}': no such file or folder, "
            f"and an address begins with one of {known}."
        )
    if colon and not path.exists():
        _refuse_misspelled(scheme)
    if path.is_dir() or path.suffix.lower() in STILL_SUFFIXES:
        return "images", target
    if not path.exists() and _GLOB.intersection(target):
        return "images", target
    return "video", target


def _refuse_misspelled(kind: str) -> None:
    """Refuse a kind that is nearly the name of one, such as ``synthetik``.

    Raises:
        SourceError: It names the kind that was probably meant.
    """
    # Imported here: a source that can be opened does not need it.
    import difflib

    close = difflib.get_close_matches(kind.lower(), _KINDS, n=1)
    if close:
        raise SourceError(
            f"Cannot open the source '{kind}:': no source is called '{kind}'. Did you "
            f"mean {close[0]}:?"
        )


def _class_of(kind: str) -> type[Source]:
    if kind in SOURCES:
        source_class: type[Source] = resolve("source", kind, SOURCES)
        return source_class
    if split_own(kind):
        own = load_own("source", kind, error=SourceError)
    else:
        own = _offered(kind)
    if not (isinstance(own, type) and issubclass(own, Source)):
        raise SourceError(
            f"{kind} is not a source: expected a class derived from "
            "edgevision.runtime.sources.Source."
        )
    if own.__abstractmethods__:
        raise SourceError(
            f"{kind} is not a source: it has no method "
            f"'{min(own.__abstractmethods__)}'; see docs/reference/sources.md."
        )
    return own


def _offered(name: str) -> Any:
    """Return what an installed package offers as a source of this name, or None."""
    return load_entry_point("source", name, group=ENTRY_POINTS, error=SourceError)
