"""Compare the peers with us: ``judge.py FOLDER``; exit 1 when too few agree."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

LEAST = 0.95
# Resizing differs from tool to tool, which moves edges by some pixels.
LEAST_IOU = 0.75
# Below, a peer's own resizing decides what is found.
SURE = 0.5


def iou(first: list[float], second: list[float]) -> float:
    """Return the overlap of two xyxy boxes."""
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    if width <= 0 or height <= 0:
        return 0.0
    both = width * height
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (first, second)]
    return both / (sum(areas) - both)


def classes(job: dict[str, Any], theirs: list[Any]) -> tuple[int, int]:
    """Return how many pictures have the same best class and label."""
    same = 0
    for ours, (label, class_id) in zip(job["ours"], theirs, strict=True):
        best = ours["classes"][0]
        same += (best["label"], best["class_id"]) == (label, class_id)
    return same, len(theirs)


def boxes(job: dict[str, Any], theirs: list[Any]) -> tuple[int, int]:
    """Return how many of the peer's sure boxes we have, with the same label."""
    same = total = 0
    for ours, found in zip(job["ours"], theirs, strict=True):
        rows = next(value for value in ours.values() if isinstance(value, list))
        for label, score, box in found:
            if score < SURE:
                continue
            total += 1
            same += any(
                row["label"] == label and iou(row["box"], box) >= LEAST_IOU
                for row in rows
            )
    return same, total


def displayed(job: dict[str, Any], theirs: list[Any]) -> tuple[int, int]:
    """Return how many models the official displayer reads as they were meant."""
    same = 0
    for item, found in zip(job["models"], theirs, strict=True):
        graph = found["json"]["subgraph_metadata"][0]
        unit = graph["input_tensor_metadata"][0]["process_units"][0]["options"]
        wanted = item["card"]["input"]
        same += (
            found["json"]["name"] == item["card"]["name"]
            and found["labels"] == "".join(f"{label}\n" for label in item["labels"])
            and sorted(found["files"]) == ["edgevision.json", "labels.txt"]
            and [round(value, 2) for value in unit["mean"]] == wanted["mean"]
            and unit["std"] == wanted["std"] * 3
            and graph["output_tensor_metadata"][0]["name"] == "probability"
        )
    return same, len(theirs)


def main(folder: Path) -> int:
    """Print a table; return how many rows fall short."""
    jobs = json.loads((folder / "jobs.json").read_text("utf-8"))
    judges = {"classify": classes, "detect": boxes, "display": displayed}
    short = 0
    for file in ("mediapipe.json", "task-library.json"):
        told = json.loads((folder / file).read_text("utf-8"))
        for name, answers in told["answers"].items():
            twin = jobs[name].get("same_as")
            if twin is not None:
                pairs = zip(answers, told["answers"][twin], strict=True)
                equal = [first == second for first, second in pairs]
                same, total = sum(equal), len(equal)
            else:
                same, total = judges[jobs[name]["task"]](jobs[name], answers)
            passed = total > 0 and same >= LEAST * total
            short += not passed
            row = f"{told['peer']:28} {name:13} {same:3} of {total:3} agree"
            sys.stdout.write(f"{row}  {'ok' if passed else 'TOO FEW'}\n")
    return short


if __name__ == "__main__":
    sys.exit(1 if main(Path(sys.argv[1])) else 0)
