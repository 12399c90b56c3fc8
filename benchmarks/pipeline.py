"""The pipeline's throughput against the best that its stages allow.

Each stage is timed alone: reading the video, and the model on frames at hand. The best
throughput that threads can give is the smaller of 1 / (slowest stage) and cores / (sum
of the stages' CPU time). The pipeline and the stages take turns, so that a noisy
machine is noisy for all of them; the median ratio counts.

    python benchmarks/pipeline.py [MODEL.tflite] [--video clip.mkv] [--rounds 5]

Without --video one of 1080p is made: H.264 where the program ffmpeg is installed, else
MPEG-4, because OpenCV has no H.264 encoder.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from edgevision.runtime.model import Model  # noqa: E402
from edgevision.runtime.sources import open_source  # noqa: E402

import edgevision  # noqa: E402

MODEL = (
    ROOT.parent / "shared/data/models/coco_ssd_mobilenet_v1_1.0_quant_metadata.tflite"
)
TARGET = 0.9


def make_video(folder: str, frames: int) -> str:
    """Write a 1080p video in which something moves."""
    path = str(Path(folder) / "clip.mkv")
    code = int.from_bytes(b"mp4v", "little")
    writer = cv2.VideoWriter(path, cv2.CAP_FFMPEG, code, 30.0, (1920, 1080))
    rng = np.random.default_rng(0)
    small = rng.integers(0, 256, (27, 48, 3), np.uint8)
    picture = cv2.resize(small, (2200, 1080), interpolation=cv2.INTER_CUBIC)
    for number in range(frames):
        shift = number % 280
        writer.write(np.ascontiguousarray(picture[:, shift : shift + 1920]))
    writer.release()
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None:
        print("video: 1080p MPEG-4 (install ffmpeg for H.264)")
        return path
    clip = str(Path(folder) / "clip.mp4")
    # Noise, as a camera has it: a clean drawing is too easy to decode.
    noise = ["-vf", "noise=alls=8:allf=t", "-c:v", "libx264", "-pix_fmt", "yuv420p"]
    command = [ffmpeg, "-loglevel", "error", "-i", path, *noise, clip]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    print("video: 1080p H.264")
    return clip


def capture_alone(video: str, frames: int) -> tuple[float, float]:
    """Return seconds and CPU seconds per frame of reading."""
    source = open_source(video)
    start, cpu = time.perf_counter(), time.process_time()
    count = 0
    for count, _ in enumerate(source, 1):
        if count == frames:
            source.close()
    return (time.perf_counter() - start) / count, (time.process_time() - cpu) / count


def model_alone(model: Model, video: str, frames: int) -> tuple[float, float]:
    """Return seconds and CPU seconds per frame of the model."""
    source = open_source(video)
    held = [frame for frame, _ in zip(source, range(8), strict=False)]
    source.close()
    start, cpu = time.perf_counter(), time.process_time()
    for number in range(frames):
        model.run(held[number % len(held)])
    return (time.perf_counter() - start) / frames, (time.process_time() - cpu) / frames


def together(model: Model, video: str, frames: int) -> float:
    """Return the pipeline's frames per second."""
    with model.stream(video, max_frames=frames) as pipeline:
        for _ in pipeline:
            pass
    return pipeline.latency.throughput or 0.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", nargs="?", type=Path, default=MODEL)
    parser.add_argument("--video")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--frames", type=int, default=300)
    options = parser.parse_args()
    cores = len(os.sched_getaffinity(0))
    ratios = []
    with tempfile.TemporaryDirectory() as folder:
        video = options.video or make_video(folder, options.frames)
        with edgevision.load_model(options.model, threads=1) as model:
            together(model, video, 30)
            for number in range(options.rounds):
                order = [0, 1] if number % 2 else [1, 0]
                for part in order:
                    if part:
                        capture = capture_alone(video, options.frames)
                        alone = model_alone(model, video, options.frames)
                    else:
                        fps = together(model, video, options.frames)
                slowest = max(capture[0], alone[0])
                best = min(1 / slowest, cores / (capture[1] + alone[1]))
                ratios.append(fps / best)
                print(
                    f"capture {capture[0] * 1e3:.2f} ms (CPU {capture[1] * 1e3:.2f}), "
                    f"model {alone[0] * 1e3:.2f} ms (CPU {alone[1] * 1e3:.2f}), "
                    f"best {best:.1f}/s, pipeline {fps:.1f}/s, {fps / best:.3f}"
                )
    ratio = statistics.median(ratios)
    verdict = "reached" if ratio >= TARGET else "MISSED"
    print(f"median {ratio:.3f} of the best; target {TARGET}: {verdict}")
    return 0 if ratio >= TARGET else 1


if __name__ == "__main__":
    raise SystemExit(main())
