"""Colours of classes: one colour per class, distinct for the colour-blind."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Color = tuple[int, int, int]

# Okabe and Ito's set (2008), which people with any common colour blindness tell apart,
# without its black; BGR. Eight is what such a set holds: beyond, labels must help.
COLORS: Final[tuple[Color, ...]] = (
    (0, 159, 230),  # orange
    (233, 180, 86),  # sky blue
    (115, 158, 0),  # bluish green
    (66, 228, 240),  # yellow
    (178, 114, 0),  # blue
    (0, 94, 213),  # vermilion
    (167, 121, 204),  # reddish purple
    (230, 230, 230),  # light grey, in place of black
)
DARK: Final[Color] = (24, 24, 24)
LIGHT: Final[Color] = (255, 255, 255)


def color_of(class_id: int) -> Color:
    """Return a class's colour, BGR."""
    return COLORS[class_id % len(COLORS)]


def color_of_side(label: str) -> Color:
    """Return the colour of a point by the side of the body in its name, BGR."""
    if "left" in label:
        return COLORS[1]
    return COLORS[0] if "right" in label else COLORS[3]


def text_color(background: Color) -> Color:
    """Return dark or light, whichever can be read better on a background, BGR."""
    blue, green, red = background
    luminance = 0.114 * blue + 0.587 * green + 0.299 * red
    return DARK if luminance > 110 else LIGHT


def table() -> npt.NDArray[np.uint8]:
    """Return the colours of classes 0..255, uint8 (256, 3), BGR."""
    return np.asarray([color_of(i) for i in range(256)], np.uint8)
