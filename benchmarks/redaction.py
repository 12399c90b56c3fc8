"""How well a covered face is guessed back, and what covering costs.

Guess: faces of photographs are the list of people that an attacker has. Of each face a
second picture is made (other light, the head turned and moved, its shape changed a
little, noise) and covered. The attacker covers the list in the same way, and takes the
nearest one. Right by chance is one of all; without a cover nearly every guess is right.
The same is tried with the mean of 25 covered pictures, as a video has them. Two real
photographs of one person differ by more: the figures are a bound, not a forecast.

Cost: a 720p frame with two boxes of 120 x 160 pixels through the stage.

    python benchmarks/redaction.py [FOLDER of faces] [--rounds 3]

Without a folder, faces are cut from ../shared/data by the face detector there.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from edgevision.runtime.event import Event  # noqa: E402
from edgevision.runtime.frame import Frame  # noqa: E402
from edgevision.runtime.redaction import (  # noqa: E402
    STYLES,
    Cover,
    CoveredAreas,
    RedactionSettings,
    RedactStage,
)
from edgevision.runtime.results import Detections  # noqa: E402
from edgevision.runtime.timing import Timing  # noqa: E402

import edgevision  # noqa: E402

DATA = ROOT.parent / "shared/data"
DETECTOR = DATA / "tflite-foreign/mp_face_detection_short_range.tflite"
SIDE = 160  # of a face with what is around it, in pixels
_SHARE = 1.3 / 1.6  # of it that is covered: a box with the default margin
_VIEWS = 6
_FRAMES = 25


def faces_of_photographs() -> Iterator[np.ndarray]:
    """Yield faces that the detector finds, each 160 x 160 with its surroundings."""
    photographs = [
        *sorted((DATA / "coco/images/train2017").glob("*.jpg")),
        *sorted((DATA / "imagenet").glob("*.JPEG")),
        *(DATA / "images" / name for name in ("face.jpg", "grace_hopper.bmp")),
    ]
    with edgevision.load_model(DETECTOR, score_threshold=0.7) as model:
        for path in photographs:
            image = cv2.imread(str(path))
            # The detector is for near faces: halves of the picture show smaller ones.
            seen: list[tuple[float, float]] = []
            for left, top, part in _views_of(image):
                for x1, y1, x2, y2 in model(part).boxes.tolist():
                    middle = (x1 + x2) / 2 + left, (y1 + y2) / 2 + top
                    is_new = all(np.hypot(*np.subtract(middle, p)) > 20 for p in seen)
                    if x2 - x1 >= 28 and is_new:
                        seen.append(middle)
                        side = int(1.6 * max(x2 - x1, y2 - y1))
                        face = cv2.getRectSubPix(image, (side, side), middle)
                        yield np.asarray(cv2.resize(face, (SIDE, SIDE)), np.uint8)


def _views_of(image: np.ndarray) -> Iterator[tuple[int, int, np.ndarray]]:
    height, width = image.shape[:2]
    yield 0, 0, image
    for top in (0, height // 4, height // 2):
        for left in (0, width // 4, width // 2):
            part = image[top : top + height // 2, left : left + width // 2]
            yield left, top, part


def another_picture(face: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return a face as another camera may see it a moment later, uint8."""
    y, x = np.mgrid[-1 : 1 : SIDE * 1j, -1 : 1 : SIDE * 1j].astype(np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    shade = 1 + 0.25 * (np.cos(angle) * x + np.sin(angle) * y)
    gains, gamma = rng.uniform(0.85, 1.15, 3), np.exp(rng.uniform(-0.25, 0.25))
    light = 255 * (face / 255) ** gamma * gains * shade[..., None]
    noisy = np.clip(light + rng.normal(0, 4, face.shape), 0, 255).astype(np.uint8)
    turn = cv2.getRotationMatrix2D(
        (SIDE / 2, SIDE / 2), rng.uniform(-8, 8), rng.uniform(0.93, 1.07)
    )
    turn[:, 2] += rng.uniform(-5, 5, 2)
    moved = cv2.warpAffine(noisy, turn, (SIDE, SIDE), borderMode=cv2.BORDER_REFLECT)
    bend = [
        cv2.GaussianBlur(rng.normal(0, 1, (SIDE, SIDE)).astype(np.float32), (0, 0), 14)
        for _ in "xy"
    ]
    row, column = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    maps = [
        place + 3 * b / b.std() for place, b in zip((column, row), bend, strict=True)
    ]
    bent = cv2.remap(moved, *maps, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    return np.asarray(bent, np.uint8)


def covered(
    face: np.ndarray, cover: Cover | None, rng: np.random.Generator
) -> np.ndarray:
    """Return what a detector's box shows, covered, as numbers without its light."""
    side = SIDE * _SHARE * rng.uniform(0.97, 1.03)
    middle = SIDE / 2 + rng.uniform(-0.03, 0.03, 2) * side
    part = cv2.getRectSubPix(face, (int(side), int(side)), tuple(middle.tolist()))
    if cover is not None:
        part = cover.apply(part, CoveredAreas.whole(part.shape[1::-1]))
    small = cv2.resize(part.astype(np.float32), (32, 32), interpolation=cv2.INTER_AREA)
    small -= small.mean(axis=(0, 1))
    return (small / (small.std() + 4)).ravel()


def guessed(
    faces: list[np.ndarray], cover: Cover | None, rounds: int, frames: int = 1
) -> float:
    """Return the share of right guesses; among equals one is drawn."""
    rng = np.random.default_rng(0)
    known = np.asarray(
        [[covered(face, cover, rng) for _ in range(_VIEWS)] for face in faces]
    )
    right = 0.0
    for _ in range(rounds):
        for number, face in enumerate(faces):
            other = another_picture(face, rng)
            pictures = [covered(other, cover, rng) for _ in range(frames)]
            apart = ((known - np.mean(pictures, axis=0)) ** 2).sum(axis=2).min(axis=1)
            nearest = np.flatnonzero(apart <= apart.min() + 1e-9)
            right += number in nearest and 1 / len(nearest)
    return right / (rounds * len(faces))


def milliseconds(style: str) -> float:
    """Return the median time of the stage for a frame of 720p with two boxes."""
    image = np.random.default_rng(0).integers(0, 256, (720, 1280, 3), np.uint8)
    boxes = np.asarray([(300, 200, 420, 360), (800, 100, 920, 260)], np.float32)
    result = Detections(
        boxes, np.ones(2, np.float32), np.zeros(2, np.int64), ("face", "face")
    )
    stage = RedactStage(RedactionSettings(labels=("face",), style=style))
    spent = []
    for index in range(500):
        frame = Frame(image, 10**9 + index * 33_000_000, index, "camera")
        event = Event(frame, result, Timing())
        started = time.perf_counter_ns()
        stage.apply(event)
        spent.append(time.perf_counter_ns() - started)
    return float(np.median(spent)) / 1e6


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if options.folder is None:
        faces = list(faces_of_photographs())
    else:
        files = sorted(path for path in options.folder.iterdir() if path.is_file())
        pictures = [cv2.imread(str(path)) for path in files]
        faces = [cv2.resize(p, (SIDE, SIDE)) for p in pictures if p is not None]
    print(f"{len(faces)} faces; right by chance: {1 / len(faces):.1%}")
    print(f"not covered    {guessed(faces, None, options.rounds):6.1%}")
    print(f"fill           {guessed(faces, Cover('fill'), options.rounds):6.1%}")
    print(f"{'cells':<15}{'pixelate':>9}{'blur':>9}{'25 frames':>11}")
    for cells in (1, 2, 3, 4, 6, 8, 16):
        shares = [
            guessed(faces, Cover("pixelate", cells), options.rounds),
            guessed(faces, Cover("blur", cells), options.rounds),
            guessed(faces, Cover("pixelate", cells), 1, _FRAMES),
        ]
        squares, soft, many = shares
        print(f"{cells:<15}{squares:>9.1%}{soft:>9.1%}{many:>11.1%}")
    for style in STYLES:
        print(f"two boxes of a 720p frame, {style}: {milliseconds(style):.2f} ms")


if __name__ == "__main__":
    main()
