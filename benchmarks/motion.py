"""What ``--when-motion`` saves on a still scene, and what it misses on a moving one.

Still: a camera's pictures with noise, the same scene; processor time of the whole
pipeline with the option against without it, in turns. Moving: a box of 2 % of the
frame that walks, rests and goes; every picture in which the model alone sees an object
and the stream with the option reports none is counted, and how long that lasts.

    python benchmarks/motion.py [MODEL.tflite] [--frames 300] [--rounds 5] [--fps 30]
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from edgevision.runtime.frame import Frame  # noqa: E402
from edgevision.runtime.motion import WhenMotion  # noqa: E402
from edgevision.runtime.results import Detections, Result  # noqa: E402
from edgevision.runtime.sources import Source  # noqa: E402
from edgevision.runtime.timing import Timing  # noqa: E402

import edgevision  # noqa: E402

MODEL = (
    ROOT.parent / "shared/data/models/coco_ssd_mobilenet_v1_1.0_quant_metadata.tflite"
)
TARGET = 0.2
_NOISES = 8


class Still(Source):
    """Pictures of one scene with the noise of a camera, made beforehand."""

    def __init__(self, pictures: list[np.ndarray], frames: int, fps: float) -> None:
        super().__init__("still")
        self._pictures, self._frames, self._fps = pictures, frames, fps

    def frames(self) -> Iterator[Frame]:
        """Yield them as fast as they are taken, with the times of a camera."""
        for index in range(self._frames):
            stamp = 10**12 + int(index / self._fps * 1e9)
            yield Frame(self._pictures[index % _NOISES], stamp, index, self.name)


def scene(size: tuple[int, int]) -> np.ndarray:
    """Return a picture with soft shapes, uint8 (H, W, 3)."""
    small = np.random.default_rng(0).integers(30, 220, (9, 12, 3), np.uint8)
    return np.asarray(cv2.resize(small, size), np.uint8)


def noisy(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return it with noise of three steps."""
    noise = rng.normal(0, 3, picture.shape)
    return (picture + noise).round().clip(0, 255).astype(np.uint8)


def processor_seconds(
    model: edgevision.Model, source: Still, *, when_motion: bool
) -> tuple[float, int]:
    """Return the processor time of a whole stream, and how often an answer was kept."""
    start = time.process_time()
    with model.stream(source, when_motion=when_motion) as events:
        for _ in events:
            pass
    return time.process_time() - start, events.latency.reused


class Brightness:
    """A detector of the bright box of :func:`walk`: its answer has a known truth."""

    def run(self, frame: Frame) -> tuple[Result, Timing]:
        """Return the box around what is brighter than the ground."""
        gray = cv2.cvtColor(cv2.blur(frame.image, (9, 9)), cv2.COLOR_BGR2GRAY)
        x, y, width, height = cv2.boundingRect((gray > 135).astype(np.uint8))
        boxes = np.float32([[x, y, x + width, y + height]] if width else [])
        count = len(boxes)
        return Detections(
            boxes=boxes.reshape(-1, 4),
            scores=np.ones(count, np.float32),
            class_ids=np.zeros(count, np.int64),
            labels=("box",) * count,
        ), Timing()


def walk(frames: int, speed: float) -> Iterator[Frame]:
    """Yield pictures of a box of 2 % that walks, rests and is away in turns."""
    rng = np.random.default_rng(1)
    side = round((0.02 * 640 * 480) ** 0.5)
    for index in range(frames):
        picture = np.full((480, 640, 3), 110, np.uint8)
        step = index % 90
        if step < 70:
            x = 60 + round(speed * min(step, 40))
            picture[200 : 200 + side, x : x + side] = 160
        stamp = 10**12 + index * 33_333_333
        yield Frame(noisy(picture, rng), stamp, index)


def missed(frames: int, speed: float) -> tuple[int, int, float, float]:
    """Compare what is reported with what the model alone sees.

    Returns:
        Pictures with a wrong count, the longest row of them, the worst shift of a box
        in pixels, and the share of pictures that were looked at.
    """
    truth, runner = Brightness(), WhenMotion(Brightness())
    wrong = row = longest = reused = 0
    shift = 0.0
    for frame in walk(frames, speed):
        expected, _ = truth.run(frame)
        told, timing = runner.run(frame)
        assert isinstance(expected, Detections)
        assert isinstance(told, Detections)
        reused += timing.is_reused
        row = row + 1 if len(expected) != len(told) else 0
        wrong += row > 0
        longest = max(longest, row)
        if len(expected) == len(told) == 1:
            shift = max(shift, float(np.abs(expected.boxes - told.boxes).max()))
    return wrong, longest, shift, 1 - reused / frames


def main() -> int:
    """Print both tables; return 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", nargs="?", default=str(MODEL))
    parser.add_argument("--frames", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--fps", type=float, default=30.0)
    arguments = parser.parse_args()
    failed = False
    print("still scene: processor time with --when-motion / without, median of rounds")
    for size in ((640, 480), (1920, 1080)):
        rng = np.random.default_rng(2)
        pictures = [noisy(scene(size), rng) for _ in range(_NOISES)]
        ratios, kept = [], 0
        with edgevision.load_model(arguments.model, threads=1) as model:
            for number in range(arguments.rounds + 1):
                order = (True, False) if number % 2 else (False, True)
                spent = {}
                for when_motion in order:
                    source = Still(pictures, arguments.frames, arguments.fps)
                    spent[when_motion], reused = processor_seconds(
                        model, source, when_motion=when_motion
                    )
                    kept = max(kept, reused)
                if number:  # the first one warms up
                    ratios.append(spent[True] / spent[False])
        ratio = statistics.median(ratios)
        failed |= ratio > TARGET
        print(
            f"  {size[0]}x{size[1]}: {ratio:.3f} ({min(ratios):.3f} to "
            f"{max(ratios):.3f}), {kept} of {arguments.frames} answers used again; "
            f"at most {TARGET}: {'missed' if ratio > TARGET else 'met'}"
        )
    print("moving box of 2 %: pictures whose count of objects is wrong")
    for speed in (0.1, 0.5, 2.0, 8.0):
        wrong, longest, shift, looked = missed(arguments.frames, speed)
        failed |= wrong > 0
        print(
            f"  {speed:g} pixels a frame: {wrong} wrong, longest {longest}; worst "
            f"shift of a box {shift:.0f} pixels; {looked:.0%} looked at"
        )
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
