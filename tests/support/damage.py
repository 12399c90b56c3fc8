"""Pictures, and what a bad cable, network or camera does to their JPEG files."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np


def photo(seed: int, *, size: tuple[int, int] = (320, 240)) -> np.ndarray:
    """Return a picture with edges, flat parts and noise, as a camera's has."""
    rng = np.random.default_rng(seed)
    width, height = size
    small = rng.integers(0, 256, (6, 8, 3), np.uint8)
    image = cv2.resize(small, size, interpolation=cv2.INTER_CUBIC).astype(np.int16)
    for _ in range(6):
        x, y = (int(rng.integers(0, side)) for side in size)
        color = tuple(int(value) for value in rng.integers(0, 256, 3))
        cv2.rectangle(image, (x, y), (x + width // 5, y + height // 6), color, -1)
    return (image + rng.normal(0, 3, image.shape)).clip(0, 255).astype(np.uint8)


def encoded(image: np.ndarray, *settings: int) -> bytes:
    """Return a picture as a JPEG file of quality 85."""
    quality = [cv2.IMWRITE_JPEG_QUALITY, 85]
    return cv2.imencode(".jpg", image, [*quality, *settings])[1].tobytes()


def _zeros_in_the_middle(file: bytes, rng: np.random.Generator) -> bytes:
    """Damage as FIELD's camera does: 40 bytes in the middle are zero."""
    middle = len(file) // 2
    return file[:middle] + bytes(40) + file[middle + 40 :]


def _cut_to_a_third(file: bytes, rng: np.random.Generator) -> bytes:
    return file[: len(file) // 3]


def _cut_and_ended(file: bytes, rng: np.random.Generator) -> bytes:
    return file[: int(rng.integers(700, len(file) - 100))] + b"\xff\xd9"


def _hole(file: bytes, rng: np.random.Generator) -> bytes:
    start = int(rng.integers(650, len(file) - 600))
    return file[:start] + bytes(512) + file[start + 512 :]


def _lost_packet(file: bytes, rng: np.random.Generator) -> bytes:
    start = int(rng.integers(650, len(file) - 1500))
    return file[:start] + file[start + 1400 :]


DAMAGES: dict[str, Callable[[bytes, np.random.Generator], bytes]] = {
    "zeros": _zeros_in_the_middle,
    "cut": _cut_to_a_third,
    "cut-ended": _cut_and_ended,
    "hole": _hole,
    "packet": _lost_packet,
}
"""What is always noticed: name to a function of a file and a random generator."""


def flipped(file: bytes, rng: np.random.Generator, count: int) -> bytes:
    """Return a file with so many bits of its pixels flipped."""
    data = bytearray(file)
    for place in rng.integers(650, len(file) - 2, count):
        data[place] ^= 1 << int(rng.integers(8))
    return bytes(data)
