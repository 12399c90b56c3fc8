"""Whether a stream repeats one picture, by the noise that every camera has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from .look import Look

FROZEN_S: Final = 5.0
"""A picture that stays the same for so long is frozen, see :class:`Stillness`."""

_NEEDED: Final = 20  # looks that must have differed before stillness means anything
_LOW: Final = 0.1
_FALL: Final = 0.3
_RISE: Final = 0.002
_FORGET: Final = 0.9995
_LONGER: Final = 2.5
_LONGEST_PAUSE_S: Final = 60.0
_AWAKE_S: Final = 3.0
_PARTS: Final = 16  # of a line
_EVERYWHERE: Final = 0.3


class Stillness:
    """In how many places pixels change from look to look, and how long hardly any did.

    The noise of a camera changes pixels nearly everywhere between two looks; people
    that move do so in a few places. A frozen stream is bit-equal, or, where it is
    compressed again or bears a clock, changes in less than a tenth of the places that
    change at least in a sound one. A single look in between that differs (a key frame)
    takes away its own time only.

    A stream that is not noisy everywhere (a drawn scene, a picture that is shown again
    and again) can stand still in earnest: it is never called frozen. Some cameras send
    nothing where nothing moves: the longest pause so far, of up to a minute, is
    learned, and only two and a half times of it counts.

    Attributes:
        pause_s: For how long the pictures hardly differ by now.
    """

    def __init__(self) -> None:
        self._usual = 0.0
        self._changes = 0.0
        self._equals = 0.0
        self._longest_s = 0.0
        self._still_s = 0.0
        self.pause_s = 0.0
        self._awake_s = 0.0

    @property
    def is_noisy(self) -> bool:
        """Return whether the stream has shown noise, so that its absence is a fault."""
        return (
            self._changes >= _NEEDED
            and self._changes > self._equals
            and self._usual >= _EVERYWHERE
        )

    @property
    def is_paused(self) -> bool:
        """Return whether the pictures hardly differ now, frozen or not."""
        return self._still_s > 0

    def update(self, look: Look, before: Look, elapsed_s: float) -> bool:
        """Add two looks that follow each other, and return whether it is frozen.

        Args:
            look: The newer look.
            before: The one before it, of the same size.
            elapsed_s: Seconds between the two.
        """
        share = _changed_parts(look.lines != before.lines)
        limit = max(FROZEN_S, _LONGER * self._longest_s)
        is_still = share <= _LOW * self._usual
        if is_still or self._still_s:
            self.pause_s += elapsed_s
        if is_still:
            self._awake_s = 0.0
            self._still_s = min(self._still_s + elapsed_s, limit + _AWAKE_S)
            self._equals += not self.is_noisy
        else:
            self._awake_s += elapsed_s
            self._still_s = max(self._still_s - elapsed_s, 0.0)
            if not self._still_s or self._awake_s >= _AWAKE_S:
                self._end_pause()
                self._add_usual(share)
        return self.is_noisy and self._still_s >= limit

    def _end_pause(self) -> None:
        if self.pause_s <= _LONGEST_PAUSE_S:
            self._longest_s = max(self._longest_s * _FORGET, self.pause_s)
        self.forget_pause()

    def _add_usual(self, share: float) -> None:
        # The lowest that is usual: down soon, up slowly.
        if not self._changes:
            self._usual = share
        self._changes += 1
        speed = _FALL if share < self._usual else _RISE
        self._usual += speed * (share - self._usual)

    def forget_pause(self) -> None:
        """Begin again, as after a gap in the stream."""
        self._still_s = self.pause_s = 0.0

    def to_arrays(self) -> dict[str, Any]:
        """Return everything that is learned, as arrays by name."""
        values = [self._usual, self._changes, self._equals, self._longest_s]
        return {"stillness": np.array(values, np.float64)}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Any]) -> Stillness:
        """Return what :meth:`to_arrays` has described.

        Raises:
            ValueError: It is absent, or of another shape.
        """
        values = arrays.get("stillness")
        if values is None or values.shape != (4,) or not np.isfinite(values).all():
            raise ValueError("stillness is not an array of 4 numbers")
        new = cls()
        new._usual, new._changes = float(values[0]), float(values[1])
        new._equals, new._longest_s = float(values[2]), float(values[3])
        return new


def _changed_parts(changed: npt.NDArray[np.bool_]) -> float:
    """Return the share of short pieces of lines in which any pixel changed."""
    count, width = changed.shape
    length = max(width // _PARTS, 1)
    whole = changed[:, : width // length * length]
    return float(whole.reshape(count, -1, length).any(axis=2).mean())
