"""One string for any sink: ``kind:target?options``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ...errors import SinkError, unknown_name
from ...registry import load_entry_point, load_own, make_own, resolve, split_own
from ..uri_options import split_options
from .base import Sink
from .guard import POLICIES, GuardedSink
from .registry import SINKS

ENTRY_POINTS: Final = "edgevision.sinks"
_KIND_OF_SUFFIX: Final = {
    "": "images",
    ".csv": "csv",
    ".mkv": "video",
    ".mp4": "video",
    ".avi": "video",
}


@dataclass(frozen=True)
class SinkAddress:
    """The parts of a sink string.

    Attributes:
        kind: A name from ``edgevision.runtime.sinks.registry.SINKS``, the name of an
            entry point of ``edgevision.sinks``, or the place of a class.
        target: The file, folder or address.
        options: The texts behind the ``?``, without ``on-error``.
        on_error: ``retry``, ``drop`` or ``stop``.
    """

    kind: str
    target: str
    options: dict[str, str]
    on_error: str = "retry"


def parse_sink(text: str) -> SinkAddress:
    """Read a sink string such as ``jsonl:out.jsonl?max-size=10MB``.

    The kind may be a class of somebody else: ``./lamp.py:Lamp:kitchen?pin=4``,
    ``lights.lamp:Lamp:kitchen``, or the name of an entry point.

    Raises:
        SinkError: The kind is unknown, the target is missing, or ``on-error`` is wrong.
    """
    kind, rest = split_own(text) or _split(text)
    target, options = split_options(rest)
    # A sink that is in the table is imported only when there is a mistake to explain.
    if kind not in SINKS or not target:
        sink_class = _class_of(kind)
        if sink_class.needs_target and not target:
            raise SinkError(
                f"Sink '{text}' does not say where to. Write {kind}:TARGET, for "
                f"instance {sink_class.example or kind + ':out'}."
            )
    on_error = options.pop("on-error", "retry")
    if on_error not in POLICIES:
        raise SinkError(
            f"on-error={on_error} of '{text}' is not usable: expected one of "
            f"{', '.join(POLICIES)}."
        )
    return SinkAddress(kind, target, options, on_error)


def open_sink(text: str, *, force: bool = False) -> GuardedSink:
    """Open a sink by its string.

    Args:
        text: See :func:`parse_sink`.
        force: Replace what exists.

    Raises:
        SinkError: The string is not usable, or the sink cannot be opened.
        OutputExistsError: The output exists and ``force`` is False.
    """
    address = parse_sink(text)
    sink_class = _class_of(address.kind)

    def make() -> Sink:
        return sink_class.open(address.target, address.options, force=force)

    if address.kind in SINKS:
        sink = make()
    else:
        sink = make_own("sink", address.kind, make, error=SinkError)
        if not isinstance(sink, Sink):
            raise SinkError(
                f"Cannot use the sink {address.kind}: its method open returned "
                f"{type(sink).__name__}, expected a Sink."
            )
    return GuardedSink(sink, on_error=address.on_error)


def _split(text: str) -> tuple[str, str]:
    kind, colon, rest = text.partition(":")
    if text.endswith(".py"):
        raise SinkError(
            f"Sink '{text}' names no class. Write it as {text}:CLASS, or as "
            f"{text}:CLASS:TARGET."
        )
    if not colon:
        target = text or "out.jsonl"
        likely = _KIND_OF_SUFFIX.get(Path(target).suffix.lower(), "jsonl")
        raise SinkError(
            f"Sink '{text}' has no kind. Write it as KIND:TARGET, for instance "
            f"{likely}:{target}. Known: {', '.join(sorted(SINKS))}."
        )
    return kind, rest


def _class_of(kind: str) -> type[Sink]:
    if kind in SINKS:
        sink_class: type[Sink] = resolve("sink", kind, SINKS)
        return sink_class
    if split_own(kind):
        own = load_own("sink", kind, error=SinkError)
    else:
        own = load_entry_point("sink", kind, group=ENTRY_POINTS, error=SinkError)
        if own is None:
            raise SinkError(
                f"{unknown_name('sink', kind, SINKS)} A sink of your own is "
                "./file.py:CLASS or package.module:CLASS; see docs/reference/sinks.md."
            )
    if not (isinstance(own, type) and issubclass(own, Sink)):
        raise SinkError(
            f"{kind} is not a sink: expected a class derived from "
            "edgevision.runtime.sinks.Sink."
        )
    if own.__abstractmethods__:
        raise SinkError(
            f"{kind} is not a sink: it has no method "
            f"'{min(own.__abstractmethods__)}'; see docs/reference/sinks.md."
        )
    return own
