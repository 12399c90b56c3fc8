"""What clips cost: per frame that is kept, per picture of a clip, and in memory.

JPEGs of photos by size and quality, with the seconds that the default memory holds of
them; the time that a camera's thread spends on a frame; decoding and encoding a picture
of a clip, with PyAV and without; copying a packet; looking for the best picture. All in
milliseconds of processor time of one thread, medians, but for the camera's thread.

    python benchmarks/clips.py [PHOTOS/] [--rounds 5]
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from edgevision.runtime.clips import (  # noqa: E402
    ClipFolder,
    ClipRecorder,
    ClipSettings,
)
from edgevision.runtime.clips.best_picture import sharpness  # noqa: E402
from edgevision.runtime.clips.ring import FrameEncoder, encoded  # noqa: E402
from edgevision.runtime.frame import Frame  # noqa: E402
from edgevision.runtime.pyav import has_pyav  # noqa: E402
from edgevision.runtime.sinks.video import (  # noqa: E402
    PacketWriter,
    PieceFile,
    encoders,
    new_writer,
)

PHOTOS = ROOT.parent / "shared/data/images"
SIZES = ((1920, 1080), (1280, 720), (640, 480))
QUALITIES = (60, 80, 90)
MEMORY = ClipSettings("x").memory
FPS = 10
_PICTURES = 60


def photos(folder: Path, size: tuple[int, int]) -> list[np.ndarray]:
    """Return the photos of a folder that are large enough, resized."""
    images = (cv2.imread(str(path)) for path in sorted(folder.glob("*.jpg")))
    large = [image for image in images if image is not None and image.shape[1] >= 1000]
    if not large:
        raise SystemExit(f"{folder} holds no .jpg of 1000 pixels or more.")
    return [cv2.resize(image, size, interpolation=cv2.INTER_AREA) for image in large]


def median_ms(
    work: Callable[[Any], object], items: Sequence[Any], rounds: int
) -> float:
    """Return the median processor time of this thread for one item."""
    spent = []
    for _ in range(rounds):
        for item in items:
            start = time.thread_time()
            work(item)
            spent.append(time.thread_time() - start)
    return 1000 * statistics.median(spent)


def show_jpegs(folder: Path, rounds: int) -> None:
    """Print what a JPEG of the ring costs, and how far the memory reaches."""
    print(f"{'JPEG':<24}{'ms':>8}{'kB':>8}{f's in {MEMORY / 1e6:g} MB':>14}")
    for size in SIZES:
        for quality in QUALITIES:
            encoder = FrameEncoder(ClipSettings("x").width, quality)
            images = photos(folder, size)
            spent = median_ms(encoder.encode, images, rounds)
            mean = statistics.mean(len(encoder.encode(image)) for image in images)
            name = f"{size[0]}x{size[1]}, quality {quality}"
            held = MEMORY / mean / FPS
            print(f"{name:<24}{spent:>8.2f}{mean / 1000:>8.0f}{held:>14.1f}")


def show_adding(images: list[np.ndarray]) -> None:
    """Print how long the thread of a camera of 30 frames per second is kept."""
    spent = []
    with (
        tempfile.TemporaryDirectory() as name,
        ClipFolder(name, quota=10**9) as folder,
        ClipRecorder(ClipSettings(name), folder) as recorder,
    ):
        for number in range(150):
            image = images[number % len(images)]
            frame = Frame(image, time.monotonic_ns(), number, "cam")
            start = time.perf_counter()
            recorder.add(frame)
            spent.append(1000 * (time.perf_counter() - start))
            time.sleep(1 / 30)
        left_out = recorder.left_out
    spent.sort()
    print(
        f"taking a frame: {statistics.median(spent):.3f} ms, of 150 the slowest but "
        f"one {spent[-2]:.3f} ms; left out {left_out}"
    )


def moving(image: np.ndarray) -> list[np.ndarray]:
    """Return pictures of a camera that moves over a photo, with its noise."""
    rng = np.random.default_rng(0)
    large = cv2.resize(image, (1400, 800))
    return [
        np.clip(
            large[40 + n % 20 :, 40 + n // 2 :][:720, :1280]
            + rng.normal(0, 3, (720, 1280, 1)),
            0,
            255,
        ).astype(np.uint8)
        for n in range(_PICTURES)
    ]


def show_writing(image: np.ndarray) -> None:
    """Print what a picture of a clip costs, and a packet that is copied."""
    jpegs = [np.frombuffer(encoded(one, 80), np.uint8) for one in moving(image)]
    for suffix in (".mp4", ".mkv") if has_pyav() else (".mkv",):
        if suffix == ".mkv":
            encoders.has_pyav = lambda: False
        with tempfile.TemporaryDirectory() as name:
            file = PieceFile(Path(name) / f"a{suffix}")
            writer = new_writer(file, fps=FPS, size=(1280, 720), preset="ultrafast")
            start = time.process_time()
            for number, jpeg in enumerate(jpegs):
                writer.add(np.asarray(cv2.imdecode(jpeg, 1), np.uint8), number / FPS)
            writer.close()
            spent = 1000 * (time.process_time() - start) / len(jpegs)
            size = file.size / len(jpegs) / 1000
            file.close()
            print(f"JPEG to {suffix}: {spent:.1f} ms (all threads), {size:.0f} kB")
            if suffix == ".mp4":
                show_copying(Path(name))


def show_copying(folder: Path) -> None:
    """Print what a packet costs that is copied into another file."""
    import av

    with av.open(str(folder / "a.mp4")) as stream:
        track = stream.streams.video[0]
        to_annex_b = av.bitstream.BitStreamFilterContext("h264_mp4toannexb", track)
        packets = [
            (bytes(one), packet.is_keyframe)
            for packet in stream.demux(track)
            if packet.size
            for one in to_annex_b.filter(packet)
        ]
    file = PieceFile(folder / "b.mp4")
    start = time.process_time()
    writer = PacketWriter(file, packets[0][0])
    for number, (data, _) in enumerate(packets):
        writer.add(data, number / FPS, is_key=number % FPS == 0)
    writer.close()
    spent = 1000 * (time.process_time() - start) / len(packets)
    file.close()
    print(f"a packet that is copied: {spent:.3f} ms")


def main() -> None:
    """Measure all of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("photos", nargs="?", type=Path, default=PHOTOS)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    show_jpegs(options.photos, options.rounds)
    images = photos(options.photos, (1280, 720))
    box = (300.0, 100.0, 600.0, 650.0)
    part = median_ms(lambda one: sharpness(one, box), images, options.rounds)
    print(f"looking for the best picture: {part:.2f} ms for a box of 300x550")
    show_adding(images)
    show_writing(images[0])


if __name__ == "__main__":
    main()
