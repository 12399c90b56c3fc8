"""Throughput and agreement of decoding JPEGs no larger than the model needs.

1080p pictures come as JPEG files by three ways: standard input, an MJPEG camera on
loopback (HTTP), and a folder. Each way runs with full and with reduced decoding in
turns, so that a noisy machine is noisy for both; the median ratio counts. Agreement is
taken on the pictures of a folder: the share of pictures whose answers match, and of
detections of full decoding (score 0.5 and above) that reduced decoding finds with the
same class, an IoU of at least 0.5 and a score that is at least 0.4.

    python benchmarks/reduced_decoding.py [MODEL.tflite] [--pictures FOLDER]

The pictures are brought to 1920x1080; by default they are those of COCO's subset.
"""

from __future__ import annotations

import argparse
import http.server
import os
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from edgevision.runtime.geometry import iou  # noqa: E402
from edgevision.runtime.model import Model  # noqa: E402
from edgevision.runtime.sources import Source, open_source  # noqa: E402
from edgevision.runtime.sources.pipe.pipe_source import PipeSource  # noqa: E402

import edgevision  # noqa: E402

SHARED = ROOT.parent / "shared/data"
MODEL = SHARED / "models/coco_ssd_mobilenet_v1_1.0_quant_metadata.tflite"
TARGET = 1.4
AGREEMENT = 0.99
SIZE = (1920, 1080)


def pictures_of(folder: Path, into: Path, most: int) -> list[bytes]:
    """Write the pictures of a folder as JPEG files of 1080p and return the files."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() == ".jpg")
    files = []
    for path in paths[:most]:
        image = cv2.imread(str(path))
        large = cv2.resize(image, SIZE, interpolation=cv2.INTER_CUBIC)
        # A little of a camera's noise, at a camera's quality: some 200 kB a picture.
        noise = np.random.default_rng(len(files)).normal(0, 1.5, large.shape)
        noisy = (large + noise).clip(0, 255).astype(np.uint8)
        data = cv2.imencode(".jpg", noisy, [cv2.IMWRITE_JPEG_QUALITY, 75])[1]
        files.append(data.tobytes())
        (into / f"{len(files):05d}.jpg").write_bytes(files[-1])
    return files


class Camera:
    """An MJPEG server on loopback that sends as fast as it is read."""

    def __init__(self, files: list[bytes]) -> None:
        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_arguments: object) -> None:
                pass

            def do_GET(self) -> None:
                self.send_response(200)
                kind = "multipart/x-mixed-replace; boundary=frame"
                self.send_header("Content-Type", kind)
                self.end_headers()
                try:
                    while True:
                        for file in files:
                            head = b"--frame\r\nContent-Type: image/jpeg\r\n\r\n"
                            self.wfile.write(head + file + b"\r\n")
                except OSError:
                    return

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Return the camera's address."""
        return f"http://127.0.0.1:{self.server.server_address[1]}/"


def piped(files: list[bytes], count: int) -> Source:
    """Return a source that reads files from a pipe, again and again."""
    reader, writer = os.pipe()

    def write() -> None:
        with os.fdopen(writer, "wb", buffering=0) as stream:
            for number in range(count):
                try:
                    stream.write(files[number % len(files)])
                except OSError:
                    return

    threading.Thread(target=write, daemon=True).start()
    return PipeSource(reader)


def throughput(
    model: Model, source: Source, frames: int, **options: Any
) -> tuple[float, float]:
    """Return the pipeline's frames per second, and CPU milliseconds per frame."""
    began, times = time.process_time(), []
    with model.stream(source, max_frames=frames, **options) as pipeline:
        for _ in pipeline:
            times.append(time.perf_counter())
    spent = (time.process_time() - began) * 1e3 / frames
    return (len(times) - 1) / (times[-1] - times[0]), spent


def answers(model: Model, folder: Path, **options: Any) -> list[Any]:
    """Return the results for the pictures of a folder."""
    with model.stream(folder, **options) as pipeline:
        return [event.result for event in pipeline]


def agreement(full: list[Any], small: list[Any]) -> tuple[float, float]:
    """Return the share of detections that agree, and of pictures where all do."""
    found = wanted = whole = 0
    for one, other in zip(full, small, strict=True):
        sure, maybe = one.scores >= 0.5, other.scores >= 0.4
        overlaps = iou(one.boxes[sure], other.boxes[maybe])
        same = one.class_ids[sure][:, None] == other.class_ids[maybe][None]
        hits = int(((overlaps >= 0.5) & same).any(axis=1).sum()) if maybe.any() else 0
        found, wanted = found + hits, wanted + int(sure.sum())
        whole += hits == int(sure.sum())
    return found / max(1, wanted), whole / max(1, len(full))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", nargs="?", type=Path, default=MODEL)
    parser.add_argument("--pictures", type=Path, default=SHARED / "coco/images")
    parser.add_argument("--most", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--frames", type=int, default=120)
    options = parser.parse_args()
    reached = True
    with (
        tempfile.TemporaryDirectory() as name,
        edgevision.load_model(options.model) as model,
    ):
        folder = Path(name)
        files = pictures_of(options.pictures, folder, options.most)
        some = files[:32]
        print(f"{len(files)} pictures, {np.mean([len(f) for f in some]) / 1e3:.0f} kB")
        full, small = answers(model, folder, full_decode=True), answers(model, folder)
        share, whole = agreement(full, small)
        back, _ = agreement(small, full)
        print(
            f"detections that agree: {share:.4f} (the other way {back:.4f}), pictures "
            f"with all of them {whole:.4f}; target {AGREEMENT}"
        )
        reached &= share >= AGREEMENT
        camera = Camera(some)
        ways = {
            "stdin": lambda: piped(some, options.frames + 8),
            "http": lambda: open_source(camera.url),
            "folder": lambda: open_source(name),
        }
        for way, make in ways.items():
            ratios, costs = [], []
            for number in range(options.rounds):
                fps, cpu = {}, {}
                for is_full in (True, False) if number % 2 else (False, True):
                    fps[is_full], cpu[is_full] = throughput(
                        model, make(), options.frames, full_decode=is_full
                    )
                ratios.append(fps[False] / fps[True])
                costs.append(cpu[True] / cpu[False])
                print(
                    f"{way}: full {fps[True]:.1f}/s, {cpu[True]:.1f} ms of CPU each; "
                    f"reduced {fps[False]:.1f}/s, {cpu[False]:.1f} ms"
                )
            ratio = statistics.median(ratios)
            reached &= ratio >= TARGET
            print(
                f"{way}: {ratio:.2f} times the throughput (target {TARGET}), "
                f"1/{statistics.median(costs):.2f} of the CPU time"
            )
    print("reached" if reached else "MISSED")
    return 0 if reached else 1


if __name__ == "__main__":
    raise SystemExit(main())
