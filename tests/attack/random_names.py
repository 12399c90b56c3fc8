"""Every command with names of random bytes: ``random_names.py --rounds 60``.

Models, pictures, videos, labels, cards and folders bear names of any bytes that a file
system takes, and outputs get such names; some names stand for nothing, and some are too
long. A command may refuse a name in a sentence. With ``--with-tensorflow`` a classifier
is trained and converted from folders of such names, too.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import cv2  # noqa: E402
import numpy as np  # noqa: E402
from attack.base_cards import Base, base_cards  # noqa: E402
from attack.in_process import faults_of, report, show_progress  # noqa: E402

_EVIL: Final = (
    *(b"\x1b]0;t\x07", b"\xff\xfe", b"caf\xe9", b"\r\n", "\u202e".encode(), b"-o"),
    *(b"%s", b"{}", b"?", b"*", b"[a]", b"=1+1", b"'", b'"', b"\\", b"://", b":", b"#"),
    *(
        b" ",
        b",",
        b"|",
        b"~",
        b"$(id)",
        b"@",
        b"\x7f",
        "ä語😀".encode(),
        b"..",
        b"\x85",
    ),
)


def random_name(draw: random.Random) -> str:
    """Return a name of a few parts that hurt, or of any bytes."""
    if draw.random() < 0.5:
        data = b"".join(draw.choices(_EVIL, k=draw.randint(1, 4)))
    else:
        data = draw.randbytes(draw.randint(1, 40))
    data = data.replace(b"/", b"_").replace(b"\0", b"_")
    return os.fsdecode(b"x" + data if data in (b".", b"..") else data)


class Files:
    """Files of every kind under random names, and the words that name them.

    Args:
        folder: Where they lie; it is made.
        draw: Chooses the names.
        bases: The models.
    """

    def __init__(self, folder: Path, draw: random.Random, bases: list[Base]) -> None:
        self._folder = folder
        self._draw = draw
        folder.mkdir()
        base = draw.choice(bases)
        self.model = self._new(".tflite")
        card = json.dumps(base.card).encode()
        Path(self.model).write_bytes(base.with_card(card))
        self.card = self._new(".json")
        Path(self.card).write_bytes(card)
        self.labels = self._new(draw.choice((".txt", ".json", ".yaml", "")))
        Path(self.labels).write_text("".join(f"{random_label(draw)}\n" for _ in "abc"))
        self.pictures = self._new("")
        Path(self.pictures).mkdir()
        for number in range(3):
            inner = Path(self.pictures) / f"{number}{random_name(draw)}"
            inner.mkdir()
            for _ in range(2):
                write_picture(inner / f"{random_name(draw)}.png", draw)
        self.picture = self._new(draw.choice((".png", ".jpg", ".bmp")))
        write_picture(Path(self.picture), draw)
        self.video = self._new(".avi")
        write_video(Path(self.video), folder.parent / "video.avi")

    def _new(self, suffix: str) -> str:
        while True:
            path = self._folder / f"{random_name(self._draw)}{suffix}"
            if not path.exists():
                return str(path)

    def output(self, suffix: str) -> str:
        """Return a name that is free, is taken, is too long, or lies nowhere."""
        how = self._draw.random()
        if how < 0.7:
            return self._new(suffix)
        if how < 0.8:
            return self.picture
        if how < 0.9:
            length = self._draw.choice((252, 300, 5000))
            return str(self._folder / ("a" * length + suffix))
        return self._new("") + "/" + random_name(self._draw) + suffix

    def word(self, right: str) -> str:
        """Return the right file, mostly; or another, or a name of nothing."""
        how = self._draw.random()
        if how < 0.7:
            return right
        if how < 0.8:
            others = (self.model, self.labels, self.pictures, self.picture, self.video)
            return self._draw.choice((*others, self.card))
        if how < 0.9:
            return random_name(self._draw)
        return "a" * self._draw.choice((300, 5000))


def commands(files: Files, draw: random.Random) -> list[list[str]]:
    """Return every command that needs no TensorFlow, with the names of files."""
    word, new = files.word, files.output
    source = draw.choice((files.picture, files.pictures, files.video))
    how = draw.choice((["--json"], ["--quiet"], ["--verbose"], []))
    sinks = [
        f"--sink=jsonl:{new('.jsonl')}",
        f"--sink=csv:{new('.csv')}",
        f"--sink=images:{new('')}",
        f"--sink=video:{new('.mkv')}",
        f"--sink={random_name(draw)}",
    ]
    chosen = draw.sample(sinks, draw.randint(0, 2))
    model, picture = files.model, files.picture
    run = ["run", word(model), "-s", word(source), "--trust", "--max-frames", "2"]
    force = draw.choice(([], ["--force"]))
    return [
        [*run, *how, *chosen, *force],
        [*run, "--labels", word(files.labels), "--json"],
        [*run, "--card", word(files.card), "--option", f"{random_name(draw)}=1"],
        [*run, draw.choice(OPTIONS_OF_RUN), random_name(draw)],
        ["inspect", word(model), "--no-run", *draw.choice(([], ["--json"]))],
        ["inspect", word(model), "--no-run", "--report", new(".html"), *force],
        ["inspect", word(files.pictures)],
        ["card", word(model), "-o", new(".tflite"), "--name", random_name(draw)],
        ["card", word(model), "-o", new(""), "--labels", word(files.labels)],
        ["blend", word(picture), word(picture), "-o", new(".png"), *force],
        ["blend", picture, word(picture), "--mask", word(picture), "-o", new(".jpg")],
        ["generate", "-n", "1", "-o", new(".png"), "--trust", *force],
        ["generate", word(model), "-n", "1", "--each", new(""), "--trust"],
        ["enroll", word(model), word(files.pictures), "-o", new(".npz"), "--trust"],
        ["compare", word(files.card), word(files.labels)],
        ["devices", random_name(draw)],
        ["devices", "--profile", word(files.labels)],
        ["doctor", "--want", random_name(draw)],
        ["demo", "--frames", "2", "--fps", "0", "-o", new(""), *force],
        ["demo", "--draw", "classes", "--count", "12", "-o", new(""), *force],
        [random_name(draw), random_name(draw)],
        [draw.choice(NAMES), random_name(draw), random_name(draw)],
    ]


NAMES: Final = ("run", "inspect", "card", "train", "convert", "compare", "devices")
OPTIONS_OF_RUN: Final = (
    *("--decoder", "--task", "--normalize", "--resize", "--color", "--input-size"),
    *("--tiles", "--threads", "--backend", "--delegate", "--profile", "--then"),
    *("--labels", "--card", "--input", "--head", "--allow", "--level", "--source"),
)


def slow_commands(files: Files, draw: random.Random) -> list[list[str]]:
    """Return the commands that need TensorFlow, or a second."""
    trained = files.output(".keras")
    small = ["--epochs", "1", "--input-size", "32x32", "--arch", "tiny", "--width=0.25"]
    data = files.word(files.pictures)
    convert = ["convert", files.word(trained), "--calibration", files.word(data)]
    return [
        ["benchmark", files.word(files.model), "--bare", "--max-seconds", "0.1"],
        ["train", data, "-o", trained, *small, "--report", files.output(".html")],
        ["train", data, "-o", trained, "--preview", files.output(".png")],
        [*convert, "-o", files.output(".tflite"), "--report", files.output(".json")],
        ["inspect", files.word(trained)],
    ]


def random_label(draw: random.Random) -> str:
    """Return a label that a text file can hold."""
    text = os.fsencode(random_name(draw)).decode("utf-8", "replace")
    return " ".join(text.split()) or "label"


def write_picture(path: Path, draw: random.Random) -> None:
    """Write a small picture of one colour."""
    pixels = np.full((24, 32, 3), draw.randrange(256), np.uint8)
    suffix = path.suffix if path.suffix in (".png", ".jpg", ".bmp") else ".png"
    path.write_bytes(cv2.imencode(suffix, pixels)[1].tobytes())


def write_video(path: Path, at: Path) -> None:
    """Write a video of two frames; OpenCV's writer takes plain names only."""
    writer = cv2.VideoWriter(str(at), cv2.VideoWriter_fourcc(*"MJPG"), 10, (32, 24))
    for _ in range(2):
        writer.write(np.full((24, 32, 3), 90, np.uint8))
    writer.release()
    shutil.move(at, path)


def attack(
    folder: Path,
    rounds: int,
    seed: int,
    make: Callable[[Files, random.Random], list[list[str]]] = commands,
) -> tuple[int, list[str]]:
    """Run the commands of several rounds, each with files of its own.

    Args:
        folder: Where the files are written; commands run in it.
        rounds: How often.
        seed: Chooses the names.
        make: Makes the commands of a round.

    Returns:
        How many commands were run, and a line for each that did not hold.
    """
    draw = random.Random(seed)
    bases = base_cards()
    tried = 0
    fallen: list[str] = []
    before = os.getcwd()
    os.chdir(folder)
    try:
        for number in range(rounds):
            place = folder / f"{number}{random_name(draw)}"
            for words in make(Files(place, draw, bases), draw):
                tried += 1
                faults = faults_of(words)
                if faults:
                    shorter = [word[:80] for word in words]
                    fallen.append(f"{' '.join(shorter)}: {'; '.join(faults)}")
            shutil.rmtree(place)
            show_progress(number + 1, rounds)
    finally:
        os.chdir(before)
    return tried, fallen


def main(words: list[str] | None = None) -> int:
    """Try every command, and print one row of a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--with-tensorflow", type=int, default=0, metavar="ROUNDS")
    arguments = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
        tried, fallen = attack(folder, arguments.rounds, arguments.seed)
        if arguments.with_tensorflow:
            more, others = attack(
                folder, arguments.with_tensorflow, arguments.seed, slow_commands
            )
            tried += more
            fallen += others
    return report("names of random bytes", tried, fallen)


if __name__ == "__main__":
    sys.exit(main())
