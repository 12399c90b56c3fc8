"""One string for any sink: ``kind:target?options``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ...errors import SinkError, unknown_name
from ...registry import resolve
from ..uri_options import split_options
from .guard import POLICIES, GuardedSink
from .registry import SINKS, Sink


@dataclass(frozen=True)
class SinkAddress:
    """Hold what a sink string says.

    Attributes:
        kind: A name from ``edgevision.runtime.sinks.registry.SINKS``.
        target: The file, folder or address.
        options: What stands behind the ``?``, without ``on-error``.
        on_error: ``retry``, ``drop`` or ``stop``.
    """

    kind: str
    target: str
    options: dict[str, str]
    on_error: str = "retry"


def parse_sink(text: str) -> SinkAddress:
    """Read a sink string such as ``jsonl:out.jsonl?max-size=10MB``.

    Raises:
        SinkError: The kind is unknown, nothing follows it, or ``on-error`` is wrong.
    """
    kind, colon, rest = text.partition(":")
    if kind not in SINKS:
        if not colon:
            raise SinkError(
                f"Sink '{text}' has no kind. Write it as KIND:TARGET, for instance "
                f"jsonl:{text or 'out.jsonl'}. Known: {', '.join(sorted(SINKS))}."
            )
        raise SinkError(unknown_name("sink", kind, SINKS))
    target, options = split_options(rest)
    if not target and kind not in _WITHOUT_TARGET:
        raise SinkError(
            f"Sink '{text}' does not say where to. Write {kind}:TARGET, for instance "
            f"{_EXAMPLES.get(kind, kind + ':out')}."
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
        OutputExistsError: Something is there and ``force`` is not given.
    """
    address = parse_sink(text)
    opener = resolve("sink", address.kind, SINKS).open
    sink: Sink = opener(address.target, address.options, force=force)
    return GuardedSink(sink, on_error=address.on_error)


_WITHOUT_TARGET: Final = frozenset({"window"})
_EXAMPLES: Final = {
    "csv": "csv:out.csv",
    "images": "images:out/",
    "jsonl": "jsonl:out.jsonl",
    "video": "video:out.mkv",
    "web": "web:8080",
    "window": "window:",
}
