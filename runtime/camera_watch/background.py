"""The learned view of a camera, and how a look differs from it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from .look import COLUMNS, HEIGHT, ROWS, WIDTH, Detail, Field, Look, cell_sums
from .sharpness import Sharpness

FOLLOW_S: Final = 120.0
"""A lasting change is half learned in about a minute and a half of a sound view."""

_SLOW_S: Final = 600.0
_SUDDEN_S: Final = 30.0
_LONGEST_STEP_S: Final = 5.0
_INFORMED: Final = 1.5  # of 100 samples: about a short edge that is always there
_LOST: Final = 0.3
_FLAT: Final = 0.45
_PEAK: Final = 1.35
_LEAST_PEAK: Final = 0.3
_STANDING: Final = 0.85
_WHITE: Final = 225.0
_NOT_WHITE: Final = 160.0
_LIGHTS: Final = 3  # of 4800 samples
_MOST_LIGHTS: Final = 1200
_DIM: Final = 130.0
_FEWEST_CELLS: Final = 4


@dataclass(frozen=True)
class ViewComparison:
    """How a look differs from the learned view.

    Attributes:
        informed: Share of the picture's cells that have lasting edges, 0..1. The next
            three are about these cells.
        match: How much of the edges is there as it was: 1 as ever, 0 nothing.
        agreement: How far the edges that there are run as they did, however weak they
            are: 1 all, 0 as chance would have it.
        lost: Share of cells whose edges are gone.
        flat: Share of the cells of ``lost`` that have hardly any other edge instead.
        layout: Correlation of the rough distribution of bright and dark, -1..1.
        sharpness: Fine detail against coarse, as a multiple of the usual.
        detail: In how many places there is any detail, as a multiple of the usual.
        brightness: Mean brightness as a multiple of the usual.
        shifted: Share of the picture whose edges are still there, but elsewhere.
        is_dazzled: Whether a light that is not usual outshines a dark picture.
    """

    informed: float
    match: float
    agreement: float
    lost: float
    flat: float
    layout: float
    sharpness: float
    detail: float
    brightness: float
    shifted: float
    is_dazzled: bool


class Background:
    """The edges, brightness and sharpness that a camera usually shows.

    Takes some 60 kB, however long it learns.

    Attributes:
        seconds: How long it has learned.
        shape: Height and width of the pictures.
    """

    def __init__(self) -> None:
        self.seconds = 0.0
        self.shape = (0, 0)
        self._count = 0
        self._edges: Field = np.zeros((HEIGHT, WIDTH, 2), np.float32)
        self._strength: Field = np.zeros((ROWS, COLUMNS), np.float32)
        self._gray: Field = np.zeros((HEIGHT, WIDTH), np.float32)
        self._brightness = 0.0
        self._match = 1.0
        self.sharpness = Sharpness()

    @property
    def brightness(self) -> float:
        """Return the usual mean brightness, 0..255."""
        return self._brightness

    def strength_of(self, look: Look) -> float:
        """Return how much edge a look has, as a multiple of the usual."""
        now = float(look.lengths.sum())
        return now / max(float(self._strength.sum()), 1.0)

    def learn(self, look: Look, shares: Detail | None, elapsed_s: float) -> None:
        """Add a look of a sound view.

        Args:
            look: The look.
            shares: What ``DetailMean`` says of it.
            elapsed_s: Seconds since the look before it; long gaps count as 5 s.
        """
        elapsed_s = min(max(elapsed_s, 0.0), _LONGEST_STEP_S)
        self._count += 1
        part = _part(elapsed_s, FOLLOW_S, self._count)
        self.seconds += elapsed_s
        strength = cell_sums(look.lengths)
        # What a dark picture does not show is still there: it is not unlearned.
        seen = part * min(1.0, float(strength.sum() / max(self._strength.sum(), 1.0)))
        cv2.accumulateWeighted(look.edges, self._edges, seen)
        self._strength += np.float32(seen) * (strength - self._strength)
        cv2.accumulateWeighted(look.gray, self._gray, part)
        soon = _part(elapsed_s, _SUDDEN_S, self._count)
        self._brightness += soon * (look.brightness - self._brightness)
        slow = _part(elapsed_s, _SLOW_S, self._count)
        self._match += slow * (self._raw_match(look) - self._match)
        if look.shape != self.shape:
            self.shape, self.sharpness = look.shape, Sharpness()
        self.sharpness.learn(shares, elapsed_s)

    def compare(self, look: Look, shares: Detail | None) -> ViewComparison:
        """Return how a look differs from what is learned.

        Args:
            look: The look.
            shares: What ``DetailMean`` says of it.
        """
        power = cell_sums(_products(self._edges, self._edges))
        informed = power > _INFORMED
        count = int(informed.sum())
        dazzled = self._is_dazzled(look)
        same_size = look.shape == self.shape
        known = shares if same_size else None
        sharp, detail = self.sharpness.relative(known), self.sharpness.detail(known)
        layout = _correlation(look.gray, self._gray)
        brightness = look.brightness / max(self._brightness, 1.0)
        if count < _FEWEST_CELLS:
            share = count / informed.size
            return ViewComparison(
                share,
                1.0,
                1.0,
                0.0,
                0.0,
                layout,
                sharp,
                detail,
                brightness,
                0.0,
                dazzled,
            )
        shared = cell_sums(_products(self._edges, look.edges))
        usual = min(max(self._match, 0.3), 1.0)
        lost = informed & (shared < _LOST * usual * power)
        strength = cell_sums(look.lengths)
        flat = lost & (strength < _FLAT * self._strength)
        match = float(shared[informed].sum() / power[informed].sum()) / usual
        return ViewComparison(
            informed=count / informed.size,
            match=match,
            agreement=float(shared.sum() / max(self._chance(look), 1e-6)),
            lost=float(lost.sum()) / count,
            flat=float(flat.sum()) / max(int(lost.sum()), 1),
            layout=layout,
            sharpness=sharp,
            detail=detail,
            brightness=brightness,
            shifted=self._shift(look) if match < _STANDING else 0.0,
            is_dazzled=dazzled,
        )

    def to_arrays(self) -> dict[str, Any]:
        """Return everything that is learned, as arrays by name."""
        return {
            "edges": self._edges,
            "strength": self._strength,
            "gray": self._gray,
            "shape": np.array(self.shape, np.int64),
            "numbers": np.array(
                [
                    self.seconds,
                    self._count,
                    self._brightness,
                    self._match,
                    self.sharpness.count,
                    self.sharpness.places,
                    *self.sharpness.spread,
                ]
            ),
            "sharpness": self.sharpness.usual,
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Any]) -> Background:
        """Return what :meth:`to_arrays` has described.

        Raises:
            ValueError: Something is absent, or of another shape.
        """
        new = cls()
        wanted = new.to_arrays()
        for name, example in wanted.items():
            value = arrays.get(name)
            if value is None or value.shape != example.shape:
                raise ValueError(f"{name} is not an array of shape {example.shape}")
            # Where nothing was learned, sharpness is "not a number".
            good = abs(value) < 1e30
            good |= np.isnan(value) if name == "sharpness" else False
            if value.dtype.kind not in "fiu" or not good.all():
                raise ValueError(f"{name} has values that are no numbers")
        new._edges = np.array(arrays["edges"], np.float32)
        new._strength = np.array(arrays["strength"], np.float32)
        new._gray = np.array(arrays["gray"], np.float32)
        new.shape = (int(arrays["shape"][0]), int(arrays["shape"][1]))
        numbers = [float(value) for value in arrays["numbers"]]
        new.seconds, new._count = numbers[0], int(numbers[1])
        new._brightness, new._match = numbers[2:4]
        new.sharpness.count = int(numbers[4])
        new.sharpness.places = numbers[5]
        new.sharpness.spread = np.array(numbers[6:8])
        new.sharpness.usual = np.array(arrays["sharpness"], np.float32)
        return new

    def _chance(self, look: Look) -> float:
        """Return what ``shared`` would be if all edges ran as they did."""
        usual = np.sqrt(_products(self._edges, self._edges))
        return float(np.vdot(usual, look.lengths))

    def _raw_match(self, look: Look) -> float:
        power = float(np.vdot(self._edges, self._edges))
        shared = float(np.vdot(self._edges, look.edges))
        return min(max(shared / power, 0.0), 1.0) if power > _INFORMED else 1.0

    def _is_dazzled(self, look: Look) -> bool:
        """Return whether lamps as of a car make the camera see nothing else."""
        lights = np.count_nonzero((look.gray > _WHITE) & (self._gray < _NOT_WHITE))
        if not _LIGHTS <= lights <= _MOST_LIGHTS:
            return False
        return float(np.median(look.gray[::2, ::2])) < _DIM

    def _shift(self, look: Look) -> float:
        """Return which part of the picture's edges is still there, but elsewhere.

        The picture as a whole is tried at every shift, and its quarters each for
        itself: when a camera turns or zooms, they move in different directions.
        """
        now, usual = _complex(look.edges), _complex(self._edges)
        whole = _shifted(now[np.newaxis], usual[np.newaxis])
        quarters = _shifted(_quarters(now), _quarters(usual))
        return float(max(whole.mean(), quarters.mean()))


def _part(elapsed_s: float, over_s: float, count: int) -> float:
    """Return the weight of a new value: a plain mean at first, then a fading one."""
    return max(1 - math.exp(-elapsed_s / over_s), 1 / count)


def _products(first: Field, second: Field) -> Field:
    """Return the inner product at each sample, float32 (60, 80)."""
    both = first * second
    return np.asarray(both[..., 0] + both[..., 1])


def _shifted(now: Any, usual: Any) -> npt.NDArray[np.bool_]:
    """Return for each of (N, h, w) fields whether it fits better when it is shifted."""
    count, height, width = now.shape
    product = np.fft.fft2(now) * np.conj(np.fft.fft2(usual))
    peaks = np.real(np.fft.ifft2(product))
    power = np.square(np.abs(usual)).sum(axis=(1, 2))
    best = peaks.reshape(count, -1).max(axis=1)
    near = peaks[:, (-1, 0, 1), :][:, :, (-1, 0, 1)].reshape(count, -1).max(axis=1)
    is_better = best > np.maximum(_PEAK * near, _LEAST_PEAK * power)
    return np.asarray(is_better & (power > _INFORMED * height * width / 100))


def _quarters(field: Any) -> Any:
    """Return the four quarters of a (60, 80) field, (4, 30, 40)."""
    halves = field.reshape(2, HEIGHT // 2, 2, WIDTH // 2)
    return halves.swapaxes(1, 2).reshape(4, HEIGHT // 2, WIDTH // 2)


def _complex(edges: Field) -> Any:
    return edges.view(np.complex64)[..., 0]


def _correlation(first: Field, second: Field) -> float:
    size = (COLUMNS * 2, ROWS * 2)
    a, b = (
        np.asarray(cv2.resize(each, size, interpolation=cv2.INTER_AREA)).ravel()
        for each in (first, second)
    )
    a, b = a - a.mean(), b - b.mean()
    scale = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / scale if scale > 1.0 else 0.0
