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
    stages = ", ".join(
        f"{name} {getattr(timing, f'{name}_ms'):.1f}"
        for name in ("capture", "prepare", "invoke", "decode", "emit")
    )
    frame = event.frame
    where = frame.source
    if Path(where).suffix.lower() not in IMAGE_SUFFIXES:
        where = f"{where}#{frame.index}"
    return f"{where}  {describe(event.result)}  {timing.total_ms:.1f} ms ({stages})"


def describe(result: Any) -> str:
    """Return a result in a few words: the best five labels with score and box."""
    try:
        items = list(result)
    except TypeError:
        items = None
    if items is None or (items and not hasattr(items[0], "label")):
        return str(getattr(result, "summary", type(result).__name__))
    if not items:
        return "nothing"
    words = []
    for item in items[:_SHOWN]:
        word = f"{item.label} {item.score:.2f}"
        box = getattr(item, "box", None)
        if box is not None:
            word += " [" + " ".join(f"{float(value):.0f}" for value in box) + "]"
        words.append(word)
    more = f" and {len(items) - _SHOWN} more" if len(items) > _SHOWN else ""
    return ", ".join(words) + more
