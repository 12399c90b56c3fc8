"""One line of text per event: what ``edgevision run`` prints."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from ..event import Event
from ..frame import IMAGE_SUFFIXES

_SHOWN: Final = 5


def line_of(event: Event) -> str:
    """Return where a frame came from, what is on it and how long that took."""
    timing = event.timing
    refine = f", refine {timing.refine_ms:.1f}" if timing.refine_ms else ""
    times = (
        f"model {timing.model_ms:.1f} ms (prepare {timing.prepare_ms:.1f}, invoke "
        f"{timing.invoke_ms:.1f}, decode {timing.decode_ms:.1f}{refine}), capture "
        f"{timing.capture_ms:.1f}, emit {timing.emit_ms:.1f}"
    )
    frame = event.frame
    where = frame.source
    if Path(where).suffix.lower() not in IMAGE_SUFFIXES:
        where = f"{where}#{frame.index}"
    return f"{where}  {describe(event.result)}  {times}"


def describe(result: Any) -> str:
    """Return a result in a few words: the best five labels with score and box."""
    images = getattr(result, "images", None)
    if images is not None:
        return f"{len(images)} made, {images.shape[2]}x{images.shape[1]} pixels"
    try:
        items = list(result)
    except TypeError:
        return _whole(result)
    if not items:
        return "nothing"
    more = f" and {len(items) - _SHOWN} more" if len(items) > _SHOWN else ""
    return ", ".join(_word(item) for item in items[:_SHOWN]) + more


def _word(item: Any) -> str:
    """Return one class, box, region or pose."""
    label = getattr(item, "label", "person" if hasattr(item, "keypoints") else "?")
    if hasattr(item, "area"):
        return f"{label} {item.area:.0%}"
    word = f"{label} {item.score:.2f}" if hasattr(item, "score") else str(label)
    box = getattr(item, "box", None)
    if box is not None:
        word += " [" + " ".join(f"{float(value):.0f}" for value in box) + "]"
    return word


def _whole(result: Any) -> str:
    """Return a result that has no items: an embedding, or one of a kind of its own."""
    label = getattr(result, "label", None)
    if label is not None:
        return f"{label} {getattr(result, 'score', 0.0):.2f}"
    vector = getattr(result, "embedding", None)
    if vector is not None:
        return f"embedding of {len(vector)} numbers"
    return type(result).__name__
