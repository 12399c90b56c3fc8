"""Ask MediaPipe Tasks about the prepared models: ``ask_mediapipe.py FOLDER``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import cv2
import mediapipe
from mediapipe.tasks import python as tasks
from mediapipe.tasks.python import vision


def image(path: str) -> Any:
    """Return a picture as MediaPipe takes it."""
    pixels = cv2.cvtColor(cv2.imread(path), cv2.COLOR_BGR2RGB)
    return mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=pixels)


def classify(job: dict[str, Any]) -> list[Any]:
    """Return label and class_id of the best class of each picture."""
    options = vision.ImageClassifierOptions(
        base_options=tasks.BaseOptions(model_asset_path=job["model"]), max_results=1
    )
    found = []
    with vision.ImageClassifier.create_from_options(options) as classifier:
        for picture in job["pictures"]:
            best = classifier.classify(image(picture)).classifications[0].categories[0]
            found.append([best.category_name, best.index])
    return found


def detect(job: dict[str, Any]) -> list[Any]:
    """Return label, score and xyxy box of every object of each picture."""
    options = vision.ObjectDetectorOptions(
        base_options=tasks.BaseOptions(model_asset_path=job["model"]),
        score_threshold=0.4,
    )
    found = []
    with vision.ObjectDetector.create_from_options(options) as detector:
        for picture in job["pictures"]:
            rows = []
            for item in detector.detect(image(picture)).detections:
                box, best = item.bounding_box, item.categories[0]
                corner = [box.origin_x, box.origin_y]
                far = [box.origin_x + box.width, box.origin_y + box.height]
                rows.append([best.category_name, best.score, [*corner, *far]])
            found.append(rows)
    return found


def main(folder: Path) -> None:
    """Write ``mediapipe.json``."""
    jobs = json.loads((folder / "jobs.json").read_text("utf-8"))
    asks = {"classify": classify, "detect": detect}
    found = {
        name: asks[job["task"]](job)
        for name, job in jobs.items()
        if job["task"] in asks
    }
    answer = {"peer": f"MediaPipe Tasks {mediapipe.__version__}", "answers": found}
    (folder / "mediapipe.json").write_text(json.dumps(answer), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
