"""Ask the TFLite Task Library and the official metadata displayer.

ask_task_library.py FOLDER
"""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import cv2
from tflite_support import metadata
from tflite_support.task import core, processor, vision


def image(path: str) -> tuple[Any, Any]:
    """Return a picture as the Task Library takes it, and the memory that it points at.

    The library keeps no reference to the array: without one here it reads what comes
    to lie there next.
    """
    pixels = cv2.cvtColor(cv2.imread(path), cv2.COLOR_BGR2RGB)
    return vision.TensorImage.create_from_array(pixels), pixels


def classify(job: dict[str, Any]) -> list[Any]:
    """Return label and class_id of the best class of each picture."""
    classifier = vision.ImageClassifier.create_from_options(
        vision.ImageClassifierOptions(
            base_options=core.BaseOptions(file_name=job["model"]),
            classification_options=processor.ClassificationOptions(max_results=1),
        )
    )
    found = []
    for picture in job["pictures"]:
        tensor, _pixels = image(picture)
        best = classifier.classify(tensor).classifications[0].categories[0]
        found.append([best.category_name, best.index])
    return found


def detect(job: dict[str, Any]) -> list[Any]:
    """Return label, score and xyxy box of every object of each picture."""
    detector = vision.ObjectDetector.create_from_options(
        vision.ObjectDetectorOptions(
            base_options=core.BaseOptions(file_name=job["model"]),
            detection_options=processor.DetectionOptions(score_threshold=0.4),
        )
    )
    found = []
    for picture in job["pictures"]:
        rows = []
        tensor, _pixels = image(picture)
        for item in detector.detect(tensor).detections:
            box, best = item.bounding_box, item.categories[0]
            corner = [box.origin_x, box.origin_y]
            far = [box.origin_x + box.width, box.origin_y + box.height]
            rows.append([best.category_name, best.score, [*corner, *far]])
        found.append(rows)
    return found


def display(job: dict[str, Any]) -> list[Any]:
    """Return what the official displayer reads in each model."""
    found = []
    for item in job["models"]:
        displayer = metadata.MetadataDisplayer.with_model_file(item["model"])
        names = displayer.get_packed_associated_file_list()
        found.append(
            {
                "json": json.loads(displayer.get_metadata_json()),
                "files": names,
                "labels": displayer.get_associated_file_buffer("labels.txt").decode(),
            }
        )
    return found


def main(folder: Path) -> None:
    """Write ``task-library.json``."""
    jobs = json.loads((folder / "jobs.json").read_text("utf-8"))
    asks = {"classify": classify, "detect": detect, "display": display}
    found = {name: asks[job["task"]](job) for name, job in jobs.items()}
    peer = f"TFLite Task Library {version('tflite-support')}"
    answer = {"peer": peer, "answers": found}
    (folder / "task-library.json").write_text(json.dumps(answer), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
