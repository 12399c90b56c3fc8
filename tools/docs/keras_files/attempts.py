"""Convert one published Keras file as a user would: ask, answer, ask again.

The first command passes calibration pictures and nothing else. Where it refuses, the
next one adds what the refusal's own sentence asks for, with the answer that the file's
repository gives (its scale, its task). No code of a file ever runs.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

ROWS = 40
STEPS = 7
SECONDS = 300
SIZE = "128x128"  # for a model whose input's size is open


@dataclass
class Truth:
    """What a file's repository says about it.

    Attributes:
        path: The file on this machine.
        rows: Whether the input is rows of numbers, not a picture.
        normalize: The pixel values that it was trained on; unknown where not said.
        task: What it does, in the words of ``--task``.
        extra: Answers to other questions, by option: ``{"--lambda": [...]}``.
    """

    path: Path
    rows: bool
    normalize: str
    task: str
    extra: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class Attempt:
    """One command: what was added to it and what came back."""

    added: list[str]
    code: int
    sentence: str
    report: dict[str, Any]


def convert(
    truth: Truth, pictures: Path, folder: Path, known: list[str] | None = None
) -> list[Attempt]:
    """Return the attempts on a file, the last of which converted or is the end.

    ``known`` are answers that an earlier run of the same file had to give: with them
    the questions are not asked again.
    """
    folder.mkdir(parents=True, exist_ok=True)
    options = list(known or [])
    calibration = pictures
    written: dict[str, list[int]] = {}
    attempts: list[Attempt] = []
    added: list[str] = []
    for _ in range(STEPS):
        attempt = _run(truth.path, calibration, options, folder)
        attempt.added = added
        attempts.append(attempt)
        if attempt.code == 0:
            break
        added = _answer(attempt.sentence, options, truth)
        if added[:1] == ["--calibration"]:
            shapes = _shapes(attempt.sentence) or {"x": [1]}
            if shapes == written:
                break
            calibration, written = folder / "rows.npz", shapes
            _write_rows(shapes, calibration)
        elif added:
            options += added
        else:
            break
    return attempts


def _run(model: Path, calibration: Path, options: list[str], folder: Path) -> Attempt:
    """Return what one command says."""
    command = [sys.executable, "-m", "edgevision.cli", "convert", str(model)]
    command += ["--calibration", str(calibration), "--json", "--force"]
    command += ["-o", str(folder / "out.tflite"), *options]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return Attempt([], -1, f"No answer within {SECONDS} s.", {})
    report: dict[str, Any] = {}
    if done.returncode == 0:
        report = json.loads(done.stdout)
    sentence = done.stderr
    mark = sentence.rfind("Error: ")
    if done.returncode and mark >= 0:
        sentence = sentence[mark + len("Error: ") :]
    sentence = sentence.replace(str(model), "FILE")
    sentence = re.sub(r"(/[\w.+-]+){3,}", "FILE", sentence)
    return Attempt([], done.returncode, sentence.strip(), report)


def _answer(sentence: str, options: list[str], truth: Truth) -> list[str]:
    """Return the options that answer a refusal, none where it asks for none."""
    for option, answers in truth.extra.items():
        if option in sentence:
            left = [one for one in answers if one not in options]
            if left:
                return [option, left[0]]
    asked = [o for o in re.findall(r"--[a-z][a-z-]+", sentence) if o not in options]
    if truth.rows and (".npz" in sentence or "--normalize" in asked):
        return ["--calibration", "npz"]
    if "--input-size" in asked and not truth.rows:
        proposed = re.search(r"--input-size (\d+x\d+)", sentence)
        return ["--input-size", proposed.group(1) if proposed else SIZE]
    if "--lambda" in asked:
        proposed = re.search(r"--lambda '(\w+=[^']+)'", sentence)
        if proposed:
            return ["--lambda", proposed.group(1)]
    if "--normalize" in asked and not truth.rows:
        return ["--normalize", _scale(sentence, truth.normalize)]
    if "--task" in asked and truth.task in _tasks(sentence):
        return ["--task", truth.task]
    if "--input" in asked:
        proposed = re.search(r"--input (\w+=[\d.,-]+)", sentence)
        if proposed:
            return ["--input", proposed.group(1)]
    if "--recipe" in asked:
        proposed = re.search(r"--recipe (\w+)", sentence)
        if proposed:
            return ["--recipe", proposed.group(1)]
    if ".npz" in sentence:
        return ["--calibration", "npz"]
    return []


def _tasks(sentence: str) -> list[str]:
    """Return the words behind ``--task`` in a refusal."""
    return re.findall(r"[a-z]+", sentence.partition("--task")[2])


def _scale(sentence: str, known: str) -> str:
    """Return the scale that a user would name: the repository's, else what is best."""
    if known not in ("unknown", "own", "-"):
        return known
    best = re.search(r"^ +--normalize (\S+) ", sentence, re.MULTILINE)
    return best.group(1) if best else "unit"


def _shapes(sentence: str) -> dict[str, list[int]]:
    """Return the inputs that a refusal names, as ``name (1x15x63)``."""
    pairs = re.findall(r"([\w.:/-]+) \(([\d?x]+)\)", sentence)
    return {
        name: [16 if one == "?" else int(one) for one in shape.split("x") if one][1:]
        for name, shape in pairs
    }


def _write_rows(shapes: dict[str, list[int]], path: Path) -> None:
    """Write rows of normal numbers, one array per input."""
    generator = np.random.default_rng(0)
    arrays: dict[str, Any] = {
        name: generator.normal(size=[ROWS, *shape]).astype("float32")
        for name, shape in shapes.items()
    }
    np.savez(path, **arrays)
