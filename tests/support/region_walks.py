"""Short walks over a line and through a zone, as perfect tracks."""

from __future__ import annotations

import numpy as np
from edgevision.runtime.regions import Line, Zone
from edgevision.runtime.tracking import Tracks

FRAME = (400, 400)
GATE = Line("gate", ((0.0, 0.5), (1.0, 0.5)))
YARD = Zone("yard", ((0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75)))


def tracks_of(time_s, feet, *, labels=None, since_s=None, seen=None, height=80):
    """Return tracks at places of their feet, by number; 40 by 80 pixels."""
    ids = sorted(feet)
    boxes = [
        [x - height / 4, y - height, x + height / 4, y]
        for x, y in (feet[number] for number in ids)
    ]
    labels = labels or dict.fromkeys(ids, "person")
    names = sorted(set(labels.values()))
    count = len(ids)
    return Tracks(
        time_s,
        np.asarray(ids, np.int64),
        np.asarray([names.index(labels[number]) for number in ids], np.int64),
        tuple(labels[number] for number in ids),
        np.asarray(boxes, np.float32).reshape(-1, 4),
        np.full(count, 0.9, np.float32),
        np.asarray([(seen or {}).get(n, time_s) for n in ids], np.float64),
        np.asarray([(since_s or {}).get(n, time_s - 10) for n in ids], np.float64),
        np.full((count, 4, 2), np.nan, np.float32),
    )


def play(counter, frames, size=FRAME):
    """Return all crossings of frames (time, feet) and the last snapshot."""
    crossings = []
    for frame in frames:
        tracks = frame if isinstance(frame, Tracks) else tracks_of(*frame)
        snapshot = counter.update(tracks, size)
        crossings += snapshot.crossings
    return crossings, snapshot


def walk(first, second, seconds, *, fps=10, begin=0.0, number=1):
    """Return frames of one who walks straight from one place to another."""
    steps = np.linspace(0, 1, int(seconds * fps) + 1)
    a, b = np.asarray(first, float), np.asarray(second, float)
    return [
        (begin + k / fps, {number: tuple(a + s * (b - a))}) for k, s in enumerate(steps)
    ]
