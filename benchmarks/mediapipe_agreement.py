"""Compare with MediaPipe's own answers, on the same files and the same pictures.

MediaPipe 0.10.14 carries its models inside the wheel; ``peers.sh`` installs it. It runs
in its own environment as a child (``mediapipe_worker.py``); ours open the model files
that lie in its package. Where it is not installed, a case is "not measured".

    python benchmarks/mediapipe_agreement.py [CASE ...] [--shared ../shared]
        [--peers build/peers | --peer PYTHON] [--pictures FOLDER] [--json]

The pictures are those of ``data/images`` and the ten of ``data/coco`` whose largest
person is largest; for video, frames are made of one picture that swings to and fro. The
error of an item is a share of its box's side. A candidate whose score is next to the
threshold joins the weighted mean or not by the last digits of the floats, so each item
is also compared with our answers at thresholds 0.01 lower and higher: the second column
of errors is the least of the three. Exit code 1 when a limit is missed.
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import edgevision  # noqa: E402
from edgevision.errors import EdgeVisionError  # noqa: E402

PEER = "mediapipe-solutions"
PICTURES = (".jpg", ".png", ".bmp")
MARGIN = 0.01


@dataclass(frozen=True)
class Item:
    """What one of both finds.

    Attributes:
        score: 0..1.
        box: float64 (4,), xyxy, in pixels of the picture, not clipped; None where the
            solution gives none.
        points: float64 (K, 2), in pixels of the picture.
    """

    score: float
    box: np.ndarray | None
    points: np.ndarray


Answer = list[Item]
Ask = Callable[[Path], list[Answer]]
"""Returns our answers for a picture: as it is, then the variants that count as well."""


@dataclass(frozen=True)
class Case:
    """One of MediaPipe's solutions, and what of ours is compared with it.

    Attributes:
        solution: A name of ``mediapipe_worker.SOLUTIONS``.
        files: Model files in MediaPipe's package that ours open.
        open: Makes ours, from the files.
        error: Returns how far an item of ours is off theirs, as a share of its size.
        limit: What the statistic of all errors must not exceed.
        statistic: worst or median.
        is_best_only: MediaPipe hands on one item, and ours may find more.
        clip: The picture of ``data/images`` that is turned and moved for a video; ""
            for pictures that do not follow each other.
    """

    solution: str
    files: tuple[str, ...]
    open: Callable[[ExitStack, Sequence[Path]], Ask]
    error: Callable[[Item, Item, tuple[int, int]], float]
    limit: float
    statistic: str = "worst"
    is_best_only: bool = False
    clip: str = ""


def open_detectors(stack: ExitStack, file: Path) -> list[Any]:
    """Open a detector at its own threshold, and at two next to it."""
    first = stack.enter_context(edgevision.load_model(file))
    known = first.card.output.options["score_threshold"]
    return [first] + [
        stack.enter_context(edgevision.load_model(file, score_threshold=value))
        for value in (known - MARGIN, known + MARGIN)
    ]


def open_detector(stack: ExitStack, files: Sequence[Path]) -> Ask:
    """Open a detector at its own threshold, and at two next to it."""
    models = open_detectors(stack, files[0])

    def ask(picture: Path) -> list[Answer]:
        return [
            [
                Item(item.score, np.asarray(item.box), np.asarray(item.keypoints))
                for item in model(picture)
            ]
            for model in models
        ]

    return ask


def open_pair(stack: ExitStack, files: Sequence[Path]) -> Ask:
    """Open a detector and the landmark net that looks at what it finds."""
    second = stack.enter_context(edgevision.load_model(files[1]))
    pairs = [first.then(second) for first in open_detectors(stack, files[0])]

    def ask(picture: Path) -> list[Answer]:
        return [
            [Item(item.score, None, item.points[:, :2]) for item in pair(picture)]
            for pair in pairs
        ]

    return ask


def open_stream(stack: ExitStack, files: Sequence[Path]) -> Ask:
    """Open a pair that follows what it finds from picture to picture."""
    from edgevision.runtime.frame import Frame
    from edgevision.runtime.image import read_image

    first, second = (edgevision.load_model(path) for path in files)
    pair = stack.enter_context(
        first.then(second, follow=1 if "pose" in files[0].name else 2)
    )
    stream, numbers = pair.for_stream(), itertools.count()

    def ask(picture: Path) -> list[Answer]:
        result, _ = stream.run(Frame(read_image(picture), 0, next(numbers), "clip"))
        return [[Item(item.score, None, item.points[:, :2]) for item in result]]

    return ask


def box_error(ours: Item, theirs: Item, size: tuple[int, int]) -> float:
    """Return the largest difference of an edge by the longer side of their box.

    Our boxes end at the picture's edge, so theirs are cut there before.
    """
    assert ours.box is not None
    assert theirs.box is not None
    cut = theirs.box.reshape(2, 2).clip(0, size).reshape(4)
    side = max(theirs.box[2:] - theirs.box[:2])
    return float(np.abs(ours.box - cut).max() / side)


def point_error(ours: Item, theirs: Item, size: tuple[int, int]) -> float:
    """Return the largest distance of a point by the longer side of their box."""
    assert theirs.box is not None
    side = max(theirs.box[2:] - theirs.box[:2])
    return float(np.linalg.norm(ours.points - theirs.points, axis=1).max() / side)


def box_and_point_error(ours: Item, theirs: Item, size: tuple[int, int]) -> float:
    """Return the larger of both errors."""
    return max(box_error(ours, theirs, size), point_error(ours, theirs, size))


def middle_point_error(ours: Item, theirs: Item, size: tuple[int, int]) -> float:
    """Return the median distance of a point by the longer side of all of theirs."""
    side = np.ptp(theirs.points, axis=0).max()
    distances = np.linalg.norm(ours.points - theirs.points, axis=1)
    return float(np.median(distances) / side)


def landmarks(solution: str, first: str, second: str, **options: Any) -> Case:
    """Return the case of a pair, whose median point may be 2 % of the thing off."""
    files = tuple(f"{_MODULES}/{name}.tflite" for name in (first, second))
    opener = open_stream if "clip" in options else open_pair
    return Case(
        *(solution, files, opener, middle_point_error),
        limit=0.02,
        statistic="median",
        **options,
    )


_MODULES = "modules"
CASES: dict[str, Case] = {
    "face-short-range": Case(
        "face-short-range",
        (f"{_MODULES}/face_detection/face_detection_short_range.tflite",),
        open_detector,
        box_error,
        limit=0.02,
    ),
    "face-full-range": Case(
        "face-full-range",
        (f"{_MODULES}/face_detection/face_detection_full_range_sparse.tflite",),
        open_detector,
        box_error,
        limit=0.02,
    ),
    "palm-lite": Case(
        "palm-lite",
        (f"{_MODULES}/palm_detection/palm_detection_lite.tflite",),
        open_detector,
        box_and_point_error,
        limit=0.02,
    ),
    "palm-full": Case(
        "palm-full",
        (f"{_MODULES}/palm_detection/palm_detection_full.tflite",),
        open_detector,
        box_and_point_error,
        limit=0.02,
    ),
    "person": Case(
        "person",
        (f"{_MODULES}/pose_detection/pose_detection.tflite",),
        open_detector,
        box_and_point_error,
        limit=0.02,
        is_best_only=True,
    ),
    "face-mesh": landmarks(
        "face-mesh",
        "face_detection/face_detection_short_range",
        "face_landmark/face_landmark",
    ),
    "hands-lite": landmarks(
        "hands-lite",
        "palm_detection/palm_detection_lite",
        "hand_landmark/hand_landmark_lite",
    ),
    "hands-full": landmarks(
        "hands-full",
        "palm_detection/palm_detection_full",
        "hand_landmark/hand_landmark_full",
    ),
    "pose-full": landmarks(
        "pose-full",
        "pose_detection/pose_detection",
        "pose_landmark/pose_landmark_full",
        is_best_only=True,
    ),
    "face-mesh-video": landmarks(
        "face-mesh-video",
        "face_detection/face_detection_short_range",
        "face_landmark/face_landmark",
        clip="face.jpg",
    ),
    "hands-lite-video": landmarks(
        "hands-lite-video",
        "palm_detection/palm_detection_lite",
        "hand_landmark/hand_landmark_lite",
        clip="squat.bmp",
    ),
    "pose-full-video": landmarks(
        "pose-full-video",
        "pose_detection/pose_detection",
        "pose_landmark/pose_landmark_full",
        clip="squat.bmp",
    ),
}
"""Name -> case."""


@dataclass
class Row:
    """The figures of one case."""

    case: str
    limit: float
    statistic: str
    is_measured: bool = False
    reason: str = ""
    pictures: int = 0
    theirs: int = 0
    missing: int = 0
    extra: int = 0
    errors: list[float] = field(default_factory=list)
    nearest: list[float] = field(default_factory=list)

    def figure(self, errors: list[float]) -> float:
        """Return the statistic of errors; 0 of none."""
        if not errors:
            return 0.0
        return max(errors) if self.statistic == "worst" else statistics.median(errors)

    @property
    def is_missed(self) -> bool:
        """Return whether a limit is missed or an item is."""
        return self.is_measured and (
            self.figure(self.nearest) > self.limit or self.missing + self.extra > 0
        )


class Peer:
    """MediaPipe in its own environment, as a child that answers line by line."""

    def __init__(self, python: Path) -> None:
        worker = ROOT / "benchmarks/mediapipe_worker.py"
        self._child = subprocess.Popen(
            [str(python), str(worker)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.package = Path(self._line()["package"])

    def ask(self, solution: str, picture: Path) -> Answer:
        """Return what a solution finds in a picture."""
        assert self._child.stdin is not None
        request = {"solution": solution, "picture": str(picture.resolve())}
        print(json.dumps(request), file=self._child.stdin, flush=True)
        return [
            Item(
                item["score"],
                None if item["box"] is None else np.asarray(item["box"]),
                np.asarray(item["points"]).reshape(-1, 2),
            )
            for item in self._line()
        ]

    def close(self) -> None:
        """End the child."""
        assert self._child.stdin is not None
        self._child.stdin.close()
        self._child.wait(timeout=30)

    def _line(self) -> Any:
        assert self._child.stdout is not None
        line = self._child.stdout.readline()
        if not line:
            raise SystemExit(
                "MediaPipe's process ended. Run benchmarks/peers.sh again."
            )
        return json.loads(line)


def largest_persons(folder: Path, count: int) -> list[Path]:
    """Return the COCO pictures whose largest person (class 0) is largest."""
    sizes = []
    for labels in sorted((folder / "labels").rglob("*.txt")):
        rows = [line.split() for line in labels.read_text("utf-8").splitlines()]
        areas = [float(row[3]) * float(row[4]) for row in rows if row[:1] == ["0"]]
        if areas:
            sizes.append((max(areas), labels))
    sizes.sort(key=lambda pair: (-pair[0], pair[1].name))
    pictures = {path.stem: path for path in (folder / "images").rglob("*.jpg")}
    return [pictures[path.stem] for _, path in sizes[:count] if path.stem in pictures]


def pictures_of(options: argparse.Namespace) -> list[Path]:
    """Return the pictures to compare on."""
    if options.pictures is not None:
        folder = options.pictures
        return sorted(p for p in folder.iterdir() if p.suffix.lower() in PICTURES)
    data = options.shared / "data"
    images = sorted(p for p in (data / "images").iterdir() if p.suffix in PICTURES)
    return images + largest_persons(data / "coco", 10)


def make_clip(picture: Path, folder: Path, count: int = 60) -> list[Path]:
    """Write frames of a picture that swings to and fro, 25 degrees and 40 pixels."""
    image = cv2.imread(str(picture))
    height, width = image.shape[:2]
    frames = []
    for number in range(count):
        matrix = cv2.getRotationMatrix2D(
            (width / 2, height / 2), 25 * np.sin(number / 8), 1.0
        )
        matrix[0, 2] += 40 * np.sin(number / 11)
        frame = cv2.warpAffine(
            image, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE
        )
        frames.append(folder / f"{picture.stem}-{number:03d}.png")
        cv2.imwrite(str(frames[-1]), frame)
    return frames


def compare(case: Case, row: Row, peer: Peer, pictures: Sequence[Path]) -> None:
    """Fill the figures of a case."""
    from edgevision.runtime.image import read_image

    with ExitStack() as stack:
        ask = case.open(stack, [peer.package / name for name in case.files])
        row.is_measured, row.pictures = True, len(pictures)
        for picture in pictures:
            height, width = read_image(picture).shape[:2]
            theirs = peer.ask(case.solution, picture)
            answers = ask(picture)
            row.theirs += len(theirs)
            extra = len(answers[0]) - len(theirs)
            # An item at the threshold itself is there in one and not in the other.
            least = min(len(answer) for answer in answers) - len(theirs)
            if not case.is_best_only or not theirs:
                row.extra += max(0, min(extra, least))
            for item in theirs:
                errors = [
                    _least(case, item, answer, (width, height)) for answer in answers
                ]
                known = [error for error in errors if error is not None]
                if not known:
                    row.missing += 1
                    continue
                if errors[0] is not None:
                    row.errors.append(errors[0])
                row.nearest.append(min(known))


def _least(
    case: Case, item: Item, answer: Answer, size: tuple[int, int]
) -> float | None:
    """Return the error of the nearest of ours; None when all are somewhere else."""
    errors = [case.error(own, item, size) for own in answer]
    return min((error for error in errors if error < 1.0), default=None)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", metavar="CASE", help=", ".join(CASES))
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--peers", type=Path, default=ROOT / "build/peers")
    parser.add_argument("--peer", type=Path, help="the Python that has MediaPipe")
    parser.add_argument("--pictures", type=Path, help="a folder of other pictures")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    unknown = sorted(set(options.cases) - set(CASES))
    if unknown:
        parser.error(f"no case {', '.join(unknown)}; known: {', '.join(CASES)}")
    python = options.peer or options.peers / PEER / "bin/python"
    rows = []
    peer = Peer(python) if python.is_file() else None
    try:
        pictures = pictures_of(options) if peer is not None else []
        for name in options.cases or CASES:
            case = CASES[name]
            row = Row(name, case.limit, case.statistic)
            rows.append(row)
            if peer is None:
                row.reason = "not measured: run benchmarks/peers.sh"
                continue
            try:
                with tempfile.TemporaryDirectory() as folder:
                    frames = pictures
                    if case.clip:
                        images = options.shared / "data/images"
                        frames = make_clip(images / case.clip, Path(folder))
                    compare(case, row, peer, frames)
            except EdgeVisionError as error:
                row.reason = f"not measured: {error}"
    finally:
        if peer is not None:
            peer.close()
    if options.json:
        print(json.dumps([asdict(row) for row in rows], indent=2))
    else:
        print_table(rows)
    return int(any(row.is_missed for row in rows))


def print_table(rows: Sequence[Row]) -> None:
    """Print one line per case."""
    print(
        f"{'case':18} {'pictures':>8} {'theirs':>6} {'missing':>7} {'extra':>5} "
        f"{'median':>8} {'worst':>8} {'nearest':>8} {'limit':>6}"
    )
    for row in rows:
        if not row.is_measured:
            print(f"{row.case:18} {row.reason}")
            continue
        middle = statistics.median(row.errors) if row.errors else 0.0
        worst = max(row.errors, default=0.0)
        print(
            f"{row.case:18} {row.pictures:>8} {row.theirs:>6} {row.missing:>7} "
            f"{row.extra:>5} {middle:>8.2%} {worst:>8.2%} "
            f"{row.figure(row.nearest):>8.2%} {row.limit:>6.0%} "
            f"{'missed' if row.is_missed else ''}".rstrip()
        )


if __name__ == "__main__":
    sys.exit(main())
