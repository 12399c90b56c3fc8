"""Judge what a file's run said against what its repository says is right."""

from __future__ import annotations

import json
import re
from typing import Any

from commands import Answer

RIGHT = "right"
ANSWERED = "right with flags"
ASKS = "asks"
ASKED = "asks rightly"
REFUSED = "refused rightly"
WRONG = "wrong"
POOR = "poor sentence"
CRASH = "crash"

TASKS = {
    "classes": "classification",
    "detections": "detection",
    "regions": "segmentation",
    "poses": "pose",
    "landmarks": "landmarks",
    "values": "values",
    "text": "text",
    "texts": "text",
    "embedding": "embedding",
    "image": "image",
    "heads": "multi-task",
    "answers": "multi-task",
    "outputs": "raw",
}
# What a refusal says, by what is wrong with the file.
REASONS = {
    "edgetpu": r"Edge TPU|Coral",
    "no image": r"no image input",
    "ethos-u": r"Ethos-U",
    "custom op": r"custom op",
    "not a tflite": r"not a TensorFlow Lite|damaged|Git LFS|empty|cut off",
    "neutron": r"Neutron",
    "obb": r"'obb'",
    "": r".",
}


def frame_record(answer: Answer) -> dict[str, Any]:
    """Return the JSON object of the one frame; empty where there is none."""
    for line in answer.text.splitlines():
        if line.startswith("{"):
            record: dict[str, Any] = json.loads(line)
            return record
    return {}


def task_of(record: dict[str, Any]) -> str:
    """Return the task that a frame's record belongs to, "" for none."""
    return next((task for key, task in TASKS.items() if key in record), "")


def sentence(answer: Answer) -> str:
    """Return the error that a command ended with, in one line."""
    _, mark, words = answer.text.rpartition("Error: ")
    text = " ".join((words if mark else answer.text[-300:]).split())
    return re.sub(r"(?<!\w)(/[\w.+()\[\]-]+){2,}", "FILE", text)


def judge(row: dict[str, Any], plain: Answer, answered: Answer | None) -> str:
    """Return the verdict on a file.

    Args:
        row: The file, with ``wanted``: a task, ``ask``, or ``refuse:REASON``.
        plain: ``run`` without flags.
        answered: ``run`` with the row's flags; None where they were not needed.
    """
    wanted: str = row["wanted"]
    for answer in (plain, answered):
        crashed = answer is not None and (
            answer.code not in (0, 1, 2) or "Traceback (most recent" in answer.text
        )
        if crashed:
            return CRASH
    if wanted.startswith("refuse"):
        if plain.code == 0:
            return WRONG
        reason = REASONS[wanted.partition(":")[2]]
        return REFUSED if re.search(reason, sentence(plain)) else POOR
    if wanted == "ask":
        return ASKED if plain.code else WRONG
    if plain.code == 0:
        return RIGHT if task_of(frame_record(plain)) == wanted else WRONG
    if answered is not None and answered.code == 0:
        return ANSWERED if task_of(frame_record(answered)) == wanted else WRONG
    return ASKS
