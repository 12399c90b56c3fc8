"""One line of text per event: what ``edgevision run`` prints."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ..event import Event
from ..image import STILL_SUFFIXES
from .items import Item, items_of, kind_of

if TYPE_CHECKING:
    from ..results import (
        Embedding,
        Generation,
        Heads,
        OutputImage,
        RawOutputs,
        Result,
        Text,
    )

_SHOWN: Final = 5


def line_of(event: Event) -> str:
    """Return a frame's source, its result and its times in one line."""
    timing = event.timing
    refine = f", refine {timing.refine_ms:.1f}" if timing.refine_ms else ""
    work = (
        f"model {timing.model_ms:.1f} ms (prepare {timing.prepare_ms:.1f}, invoke "
        f"{timing.invoke_ms:.1f}, decode {timing.decode_ms:.1f}{refine})"
    )
    if timing.is_reused:
        # The model was not asked: its zeros would read as a model of no time.
        work = f"answer of {timing.answer_age_ms / 1e3:.1f} s before"
    times = f"{work}, capture {timing.capture_ms:.1f}, emit {timing.emit_ms:.1f}"
    frame = event.frame
    where = frame.source
    if Path(where).suffix.lower() not in STILL_SUFFIXES:
        where = f"{where}#{frame.index}"
    return f"{where}  {describe(event.result)}  {times}"


def describe(result: Result) -> str:
    """Return a result in a few words: the best five labels with score and box."""
    words = _WHOLE.get(kind_of(result))
    if words is not None:
        return words(result)
    items = items_of(result)
    if items is None:
        return _fields(result)
    if not items:
        return "nothing"
    more = f" and {len(items) - _SHOWN} more" if len(items) > _SHOWN else ""
    return ", ".join(_words(item) for item in items[:_SHOWN]) + more


def _embedding(result: Embedding) -> str:
    if result.label is None:
        return f"embedding of {len(result)} numbers"
    return f"{result.label} {result.score or 0.0:.2f}"


def _generation(result: Generation) -> str:
    count, height, width = result.images.shape[:3]
    return f"{count} made, {width}x{height} pixels"


def _output_image(result: OutputImage) -> str:
    facts = result.to_dict()["image"]
    size = f"{facts['width']}x{facts['height']}"
    if result.values is None:
        return f"picture {size}"
    if facts["min"] is None:
        return f"map {size}, no finite value"
    return f"map {size}, {facts['min']:.4g} to {facts['max']:.4g}"


def _raw_outputs(result: RawOutputs) -> str:
    return ", ".join(
        f"{name} {'x'.join(map(str, array.shape)) or 'scalar'}"
        for name, array in result.items()
    )


def _heads(result: Heads) -> str:
    parts = [(name, describe(one)) for name, one in result.items()]
    # A head of one number often has the number's own name: "age 50", not "age: age 50".
    return "; ".join(
        text if text.startswith(f"{name} ") else f"{name}: {text}"
        for name, text in parts
    )


def _text(result: Text) -> str:
    return f'"{result.text}" {result.score:.2f}' if result.text else "no text"


def _fields(result: Result) -> str:
    """Return the texts and numbers of a result that is of no kind known here."""
    texts = [
        f"{name} {value:.4g}" if isinstance(value, float) else f"{name} {value}"
        for name, value in result.to_dict().items()
        if isinstance(value, (str, int, float))
    ]
    return ", ".join(texts[:_SHOWN]) or type(result).__name__


def _words(item: Item) -> str:
    if item.area is not None:
        return f"{item.label} {item.area:.0%}"
    if item.text is not None:
        return f"{item.label} {item.text}"
    words = item.label if item.track_id < 0 else f"{item.label} #{item.track_id}"
    if item.score is not None:
        words += f" {item.score:.2f}"
    if item.box is not None:
        words += " [" + " ".join(f"{value:.0f}" for value in item.box) + "]"
    return words


# Results whose words are not those of their items.
_WHOLE: Final[dict[str, Callable[[Any], str]]] = {
    "Embedding": _embedding,
    "Generation": _generation,
    "Heads": _heads,
    "OutputImage": _output_image,
    "RawOutputs": _raw_outputs,
    "Text": _text,
}
