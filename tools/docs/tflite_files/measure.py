"""Run every published ``.tflite`` file anew and write what came back into the rows.

``python tools/docs/tflite_files/measure.py FOLDER DATA [PATTERN]`` reads the files as
``FOLDER/FILE`` for each row of ``rows.json`` and the pictures from ``DATA/images`` and
``DATA/coco``. Rows with a ``source`` of their own are read from ``DATA``. Each command
has a limit of time and of memory (``commands.py``).
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

import cv2
import numpy as np
from answers import check
from commands import Answer, say
from verdicts import ANSWERED, RIGHT, WRONG, frame_record, judge, sentence

VECTOR = "vector.npy"  # in a row's flags: a file of 100 numbers
ROWS = Path(__file__).with_name("rows.json")


def main() -> None:
    """Measure the rows that the command line names."""
    folder, data = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    pattern = re.compile(sys.argv[3] if len(sys.argv) > 3 else "")
    rows: list[dict[str, Any]] = json.loads(ROWS.read_text("utf-8"))
    version = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=ROWS.parent,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    for row in rows:
        if not pattern.search(f"{row['repository']} {row['file']} {row['kind']}"):
            continue
        is_own = not row["repository"]
        model = data / row["path"] if is_own else folder / row["file"]
        with tempfile.TemporaryDirectory() as scratch:
            measure(row, model, picture_of(row, data, Path(scratch)))
        row["measured_at"] = version
        ROWS.write_text(json.dumps(rows, indent=1) + "\n", "utf-8")
        print(row["result"], row["kind"], row["file"], row["checked"], flush=True)


def picture_of(row: dict[str, Any], data: Path, scratch: Path) -> Path:
    """Return a row's picture, cut out of a larger one where the row says so."""
    path = data / row["picture"]
    if not row["crop"]:
        return path
    left, top, width, height = row["crop"]
    part = cv2.imread(str(path))[top : top + height, left : left + width]
    cv2.imwrite(str(scratch / "part.png"), part)
    return scratch / "part.png"


def measure(row: dict[str, Any], model: Path, picture: Path) -> None:
    """Write into ``row`` what ``run`` and ``inspect`` say of a file."""
    command = ["run", str(model), "-s", str(picture), "--json"]
    plain = say(command)
    answered: Answer | None = None
    flags = [word.replace(VECTOR, str(vector())) for word in row["flags"]]
    if plain.code and flags and not row["wanted"].startswith(("refuse", "ask")):
        answered = say([*command, *flags])
    row["result"] = judge(row, plain, answered)
    row["needs_flags"] = row["result"] == ANSWERED
    row["sentence"] = sentence(plain) if plain.code else ""
    row["after_flags"] = sentence(answered) if answered and answered.code else ""
    row["checked"] = ""
    if row["result"] in (RIGHT, ANSWERED):
        record = frame_record(plain if answered is None else answered)
        row["checked"] = _checked(row, model, picture, record)
    text = say(["inspect", str(model), *(flags if row["needs_flags"] else [])]).text
    row["decoder"], row["evidence"] = _choice(text, "decoder")
    if row["result"] not in (RIGHT, ANSWERED, WRONG):
        row["decoder"], row["evidence"] = "", ""


@cache
def vector() -> Path:
    """Return a file of 100 numbers, a style that nobody painted."""
    path = Path(tempfile.gettempdir()) / "edgevision-style-vector.npy"
    np.save(path, np.random.default_rng(0).normal(size=100).astype(np.float32) / 2)
    return path


def _checked(row: dict[str, Any], model: Path, picture: Path, record: Any) -> str:
    try:
        return check(row, model, picture, record)
    except (KeyError, IndexError, ValueError, RuntimeError) as error:
        return f"no comparison: {type(error).__name__} {error}"[:120]


def _choice(text: str, name: str) -> tuple[str, str]:
    """Return the value and the evidence of one line of ``inspect``'s choices."""
    match = re.search(rf"^ +{name} +(\S+) +(\S.*)$", text, re.MULTILINE)
    return (match.group(1), match.group(2)) if match else ("", "")


if __name__ == "__main__":
    main()
