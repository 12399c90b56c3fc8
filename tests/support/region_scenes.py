"""Made scenes of people at a line, with known crossings and a tracker that errs.

Everything is drawn from a seed. A person is a path of the bottom middle of its box, in
coordinates of the line (along it, and across it), so each path says by construction how
often it crosses. What a tracker makes of it is then spoilt: boxes tremble, frames and
detections are missing, tracks break and are exchanged near the line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from edgevision.runtime.regions import Line
from edgevision.runtime.tracking import Tracks

SIZE = (1280, 720)
LOST_S = 2.0


@dataclass
class Person:
    """Somebody's true path.

    Attributes:
        height: Of the box, in pixels.
        times: When it is at each corner of its path.
        along: Where it is then, along the line, in pixels.
        across: Where it is then, in pixels right of the line.
        crossings: 1 for each crossing in, -1 for each out.
    """

    height: float
    times: np.ndarray
    along: np.ndarray
    across: np.ndarray
    crossings: list[int]


@dataclass
class Scene:
    """People at a line.

    Attributes:
        line: The line.
        people: Their paths.
        start: First point of the piece of the line that they cross, in pixels.
        direction: Of this piece; its right hand is ``across``.
    """

    line: Line
    people: list[Person]
    start: np.ndarray
    direction: np.ndarray

    def place(self, person: Person, time_s: float) -> np.ndarray | None:
        """Return where a person's feet are, in pixels; None while it is not there."""
        if not person.times[0] <= time_s <= person.times[-1]:
            return None
        u = np.interp(time_s, person.times, person.along)
        v = np.interp(time_s, person.times, person.across)
        right = np.asarray([-self.direction[1], self.direction[0]])
        return self.start + u * self.direction + v * right

    @property
    def seconds(self) -> float:
        """Return when everybody has left."""
        return max(float(person.times[-1]) for person in self.people)

    def truth(self, direction: int) -> int:
        """Return how many crossings there are, in (1) or out (-1)."""
        return sum(person.crossings.count(direction) for person in self.people)


def _walk(rng, height, begin, points, speed, pause=0.0) -> tuple[np.ndarray, ...]:
    """Return times and places of a walk through points, with a pause at the middle."""
    points = np.asarray(points, float)
    times = [begin]
    for k, (first, second) in enumerate(pairwise(points)):
        times.append(times[-1] + float(np.hypot(*(second - first))) / speed)
        if pause and k == 0:
            times.append(times[-1] + pause)
    if pause:
        points = np.insert(points, 1, points[1], axis=0)
    return np.asarray(times), points[:, 0], points[:, 1]


def _person(rng, kind, height, begin, at, side, speed) -> Person:
    """Return somebody of a kind, who comes from a side (-1: the left of the line)."""
    far = rng.uniform(1.8, 3.0) * height
    drift = rng.uniform(-0.5, 0.5) * height
    start = (at - drift, side * far)
    if kind == "cross":
        path, crossings, pause = [start, (at + drift, -side * far)], [-side], 0.0
    elif kind == "turn":
        top = side * rng.uniform(-0.02, 0.04) * height
        path, crossings, pause = [start, (at, top), (at + drift, side * far)], [], 0.0
    elif kind == "return":
        top = -side * rng.uniform(0.8, 1.2) * height
        path = [start, (at, top), (at + drift, side * far)]
        crossings, pause = [-side, side], 0.0
    else:
        middle = (at, side * rng.uniform(-0.02, 0.02) * height)
        back = kind == "stand-back"
        path = [start, middle, (at + drift, (side if back else -side) * far)]
        crossings, pause = [] if back else [-side], rng.uniform(2.0, 5.0)
    times, along, across = _walk(rng, height, begin, path, speed, pause)
    return Person(height, times, along, across, crossings)


KINDS = ("cross", "cross", "turn", "return", "stand-on", "stand-back", "pass", "group")


def make_scene(seed: int) -> Scene:
    """Return the scene of a seed: three to six people or pairs in some ten seconds."""
    rng = np.random.default_rng(seed)
    angle = rng.uniform(0, 2 * np.pi)
    direction = np.asarray([np.cos(angle), np.sin(angle)])
    middle = np.asarray(SIZE) * rng.uniform(0.45, 0.55, 2)
    # The frame is larger than people's ways; a piece of the line is 340 pixels.
    start = middle - 170 * direction
    points = [start, middle + 170 * direction]
    if rng.random() < 0.5:
        bend = angle + rng.uniform(-0.5, 0.5)
        points.append(points[-1] + 60 * np.asarray([np.cos(bend), np.sin(bend)]))
    line = Line("gate", [tuple(p / SIZE) for p in np.clip(points, 0, SIZE)])
    people: list[Person] = []
    for _ in range(rng.integers(3, 6)):
        height = rng.uniform(70, 110)
        begin, at = rng.uniform(0, 6), rng.uniform(110, 230)
        side = int(rng.choice([-1, 1]))
        speed = rng.uniform(0.5, 0.95) * height
        kind = str(rng.choice(KINDS))
        if kind == "pass":
            # Two who meet near the line: the same time on it, from both sides.
            first = _person(rng, "cross", height, begin, at, side, speed)
            other = height * rng.uniform(0.92, 1.08)
            at += rng.uniform(-0.25, 0.25) * height
            second = _person(rng, "cross", other, 0.0, at, -side, speed)
            delay = _on_line(first) - _on_line(second) + rng.uniform(-0.4, 0.4)
            second.times += delay
            people += [first, second]
        elif kind == "group":
            # Two who walk one way, side by side or one behind the other.
            for behind in (0.0, rng.uniform(0.0, 0.9)):
                one = _person(rng, "cross", height, begin + behind, at, side, speed)
                people.append(one)
                at += rng.uniform(0.2, 0.5) * height * rng.choice([-1, 1])
        else:
            people.append(_person(rng, kind, height, begin, at, side, speed))
    return Scene(line, people, start, direction)


def _on_line(person: Person) -> float:
    order = np.argsort(person.across)
    return float(np.interp(0.0, person.across[order], person.times[order]))


@dataclass
class _Known:
    """What the made tracker knows of a person."""

    track_id: int = -1
    seen_s: float = -10.0
    since_s: float = 0.0
    hits: int = 0
    box: np.ndarray = field(default_factory=lambda: np.zeros(4))
    trail: list[np.ndarray] = field(default_factory=list)
    breaks_at: list[float] = field(default_factory=list)
    near: dict[int, float] = field(default_factory=dict)
    side: int = 0


class MadeTracker:
    """What a tracker says of a scene, with its faults.

    Attributes:
        exchanged: How many pairs of tracks were exchanged.
        broken: How many tracks were broken near the line.
    """

    def __init__(
        self,
        scene: Scene,
        seed: int,
        *,
        fps: float,
        jitter: float = 0.03,
        missed: float = 0.08,
        dropped: float = 0.15,
        breaks: float = 0.3,
        exchanges: float = 0.35,
    ) -> None:
        self.exchanged = self.broken = 0
        self._scene, self._fps = scene, fps
        self._jitter, self._missed, self._dropped = jitter, missed, dropped
        self._breaks, self._exchanges = breaks, exchanges
        self._rng = np.random.default_rng((seed, 7))
        self._next = 1

    def __iter__(self) -> Iterator[Tracks]:
        people = [_Known() for _ in self._scene.people]
        count = int((self._scene.seconds + 4.0) * self._fps)
        for number in range(count):
            if self._rng.random() < self._dropped:
                continue
            yield self._frame(people, 100.0 + number / self._fps)

    def _frame(self, people: list[_Known], time_s: float) -> Tracks:
        scene, rng = self._scene, self._rng
        true: dict[int, np.ndarray] = {}
        for k, person in enumerate(scene.people):
            feet = scene.place(person, time_s - 100.0)
            if feet is not None:
                half, tall = 0.2 * person.height, person.height
                x, y = feet
                true[k] = np.asarray([x - half, y - tall, x + half, y])
        self._spoil(people, true)
        for k, box in true.items():
            known = people[k]
            hidden = any(
                j != k and true[j][3] > box[3] and _iou(true[j], box) > 0.5
                for j in true
            )
            if rng.random() < (0.7 if hidden else self._missed):
                continue
            side = np.asarray([box[2] - box[0], box[3] - box[1]] * 2)
            self._see(known, box + rng.normal(0, self._jitter, 4) * side, time_s)
        alive = [
            known
            for known in people
            if known.track_id >= 0 and time_s - known.seen_s <= LOST_S
        ]
        alive.sort(key=lambda known: known.track_id)
        trails = np.full((len(alive), 4, 2), np.nan, np.float32)
        for row, known in enumerate(alive):
            last = known.trail[-4:]
            trails[row, 4 - len(last) :] = last
        return Tracks(
            time_s,
            np.asarray([known.track_id for known in alive], np.int64),
            np.zeros(len(alive), np.int64),
            ("person",) * len(alive),
            np.asarray([k.box for k in alive], np.float32).reshape(-1, 4),
            np.full(len(alive), 0.9, np.float32),
            np.asarray([known.seen_s for known in alive], np.float64),
            np.asarray([known.since_s for known in alive], np.float64),
            trails,
        )

    def _see(self, known: _Known, box: np.ndarray, time_s: float) -> None:
        if time_s - known.seen_s > LOST_S:
            known.hits, known.track_id, known.trail = 0, -1, []
        if not known.hits:
            known.since_s = time_s
        known.hits += 1
        known.seen_s, known.box = time_s, box
        known.trail.append(np.asarray([(box[0] + box[2]) / 2, box[3]]))
        if known.hits == 2 and known.track_id < 0:
            known.track_id, self._next = self._next, self._next + 1

    def _spoil(self, people: list[_Known], true: dict[int, np.ndarray]) -> None:
        """Break and exchange tracks near the line."""
        scene, rng = self._scene, self._rng
        right = np.asarray([-scene.direction[1], scene.direction[0]])
        for k, box in true.items():
            known = people[k]
            feet = np.asarray([(box[0] + box[2]) / 2, box[3]])
            across = (feet - scene.start) @ right / scene.people[k].height
            near = abs(across) < 0.5
            if near and not known.side and rng.random() < self._breaks:
                known.breaks_at = [float(rng.uniform(-0.4, 0.4))]
            known.side = int(near)
            if near and known.breaks_at and abs(across - known.breaks_at[0]) < 0.15:
                known.breaks_at = []
                known.hits, known.track_id, known.trail = 0, -1, []
                self.broken += 1
        for k in true:
            for j in true:
                if j <= k:
                    continue
                gap = np.hypot(*(true[k] - true[j])[:2]) / scene.people[k].height
                first, second = people[k], people[j]
                if gap > 0.5:
                    first.near.pop(j, None)
                elif j not in first.near and gap < 0.45:
                    # An exchange happens at some distance, or on top of each other.
                    happens = rng.random() < self._exchanges
                    first.near[j] = rng.uniform(0.0, 0.4) if happens else -1.0
                if gap <= first.near.get(j, -1.0) or (
                    first.near.get(j, -1.0) >= 0 and rng.random() < 1.0 / self._fps
                ):
                    first.near[j] = -1.0
                    self._exchange(first, second)

    def _exchange(self, first: _Known, second: _Known) -> None:
        if first.track_id < 0 or second.track_id < 0:
            return
        first.track_id, second.track_id = second.track_id, first.track_id
        first.since_s, second.since_s = second.since_s, first.since_s
        first.trail, second.trail = second.trail, first.trail
        self.exchanged += 1


def _iou(a: np.ndarray, b: np.ndarray) -> float:
    sides = np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])
    shared = float(sides.clip(0).prod())
    return shared / float((a[2:] - a[:2]).prod() + (b[2:] - b[:2]).prod() - shared)
