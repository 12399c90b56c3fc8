"""Where something that moves straight on will be, and how surprising a sight is.

A Kalman filter with constant velocity and white noise as acceleration (Bar-Shalom, Li
and Kirubarajan, "Estimation with Applications to Tracking and Navigation", 2001, 6.2),
one for both axes, and one without a speed for the height. All is by time, so that the
rate of frames does not matter.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

_PLACE: Final = 0.05  # sd of a box's middle, in sizes: how detectors' boxes tremble
_SPEED: Final = 2.0  # sd of the speed of something new, in sizes per second
_SURPRISE: Final = 0.7  # how much the speed changes in a second, in sizes per second
_HEIGHT: Final = 0.06  # sd of the logarithm of a box's height
_GROWTH: Final = 0.15  # how much that changes in a second
_MOST: Final = 16.0  # a squared error counts no more: one box may be plainly wrong


@dataclass
class Motion:
    """The place and speed of something, in pixels and pixels per second.

    Attributes:
        x: Middle of the box.
        y: Middle of the box.
        size: Square root of the box's area; the scale of all noise.
        height: Logarithm of the box's height.
        time_s: The time of the place.
        speed_x: Pixels per second.
        speed_y: Pixels per second.
        places: Variance of the place.
        both: Covariance of place and speed.
        speeds: Variance of the speed.
        heights: Variance of the height.
    """

    x: float
    y: float
    size: float
    height: float
    time_s: float
    speed_x: float = 0.0
    speed_y: float = 0.0
    places: float = 0.0
    both: float = 0.0
    speeds: float = 0.0
    heights: float = _HEIGHT**2

    def __post_init__(self) -> None:
        if not self.places:
            self.places = (_PLACE * self.size) ** 2
            self.speeds = (_SPEED * self.size) ** 2

    def copy(self) -> Motion:
        """Return one that moves on by itself."""
        return replace(self)

    def place(self, time_s: float) -> tuple[float, float]:
        """Return where it is at a time, if it goes straight on."""
        step = time_s - self.time_s
        return self.x + step * self.speed_x, self.y + step * self.speed_y

    def error(self, x: float, y: float, time_s: float) -> tuple[float, float]:
        """Return how far a place is from the expected one.

        Returns:
            The square of the distance in standard deviations, and the variance.
        """
        step = time_s - self.time_s
        noise = (_SURPRISE * self.size) ** 2
        variance = self.places + step * (
            2 * self.both + step * (self.speeds + step * noise / 3)
        )
        variance += (_PLACE * self.size) ** 2
        off_x = x - (self.x + step * self.speed_x)
        off_y = y - (self.y + step * self.speed_y)
        return (off_x**2 + off_y**2) / variance, variance

    def likelihood(self, x: float, y: float, height: float, time_s: float) -> float:
        """Return the logarithm of how likely a sight is, up to a constant."""
        square, variance = self.error(x, y, time_s)
        heights = self.heights + _GROWTH**2 * (time_s - self.time_s) + _HEIGHT**2
        odd = (height - self.height) ** 2 / heights
        return (
            -0.5 * (min(square, _MOST) + min(odd, _MOST))
            - math.log(variance)
            - 0.5 * math.log(heights)
        )

    def move(
        self, x: float, y: float, size: float, height: float, time_s: float
    ) -> None:
        """Take a place where it was seen."""
        step = time_s - self.time_s
        noise = (_SURPRISE * self.size) ** 2
        self.places += step * (2 * self.both + step * (self.speeds + step * noise / 3))
        self.both += step * (self.speeds + step * noise / 2)
        self.speeds += step * noise
        self.x += step * self.speed_x
        self.y += step * self.speed_y
        total = self.places + (_PLACE * size) ** 2
        gain, speed_gain = self.places / total, self.both / total
        off_x, off_y = x - self.x, y - self.y
        self.x += gain * off_x
        self.y += gain * off_y
        self.speed_x += speed_gain * off_x
        self.speed_y += speed_gain * off_y
        self.speeds -= speed_gain * self.both
        self.both *= 1 - gain
        self.places *= 1 - gain
        self.size += 0.3 * (size - self.size)
        self.heights += _GROWTH**2 * step
        gain = self.heights / (self.heights + _HEIGHT**2)
        self.height += gain * (height - self.height)
        self.heights *= 1 - gain
        self.time_s = time_s
