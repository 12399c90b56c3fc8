"""Write what real models answer on this machine: answers.py DATA MODEL OUT.npz.

DATA is the folder of real models and pictures, MODEL a classifier that ``convert`` made
of one of them. The same file runs on x86-64 and inside the arm64 system; the arrays of
the one are the reference for the other.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
from edgevision.runtime.image import read_image

import edgevision

# Model -> pictures and settings: each task, and both ways of int8 and float ends.
ASKED: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "mobilenet_v2_1.0_224_quant": (("parrot", "cat_1080p"), {}),
    "tf2_mobilenet_v2_1.0_224_ptq": (("parrot", "cat_1080p"), {}),
    "mobilenet_v1_0.25_224_float_metadata": (("parrot", "burger"), {}),
    "mobilenet_v1_0.25_224_quant_metadata": (("parrot", "burger"), {}),
    "coco_ssd_mobilenet_v1_1.0_quant_metadata": (
        ("cats_and_dogs", "kite_and_cold"),
        {"score_threshold": 0.4},
    ),
    "yolov8n_416_full_integer_quant": (
        ("cats_and_dogs",),
        {"score_threshold": 0.4},
    ),
    "deeplabv3_mnv2_dm05_pascal_quant": (("bird_segmentation",), {}),
    "movenet_single_pose_lightning_ptq": (("squat",), {}),
    "mobilenet_v1_1.0_224_quant_embedding_extractor": (("parrot",), {}),
}
# As many pictures of the converted model as still take a moment only.
PICTURES_PER_CLASS = 4


def main(data: str, converted: str, out: str) -> None:
    """Ask every model, and write ``MODEL/PICTURE/FIELD`` arrays."""
    answers: dict[str, np.ndarray] = {}
    for name, (pictures, settings) in ASKED.items():
        path = Path(data, "models", f"{name}.tflite")
        with edgevision.load_model(str(path), trust=True, **settings) as model:
            for picture in pictures:
                (found,) = Path(data, "images").glob(f"{picture}.*")
                for field, value in _ask(model, found).items():
                    answers[f"{name}/{picture}/{field}"] = value
    with edgevision.load_model(converted, trust=True, top_k=1) as model:
        tops = [model(str(path)).top for path in held_out(Path(data))]
    answers["converted/test/labels"] = np.array([top.label for top in tops])
    answers["converted/test/scores"] = np.array([top.score for top in tops])
    np.savez(out, **answers)


def held_out(data: Path) -> list[Path]:
    """Return some pictures of each class that the conversion did not see."""
    folders = sorted((data / "cifar10" / "test").iterdir())
    return [path for x in folders for path in sorted(x.iterdir())[:PICTURES_PER_CLASS]]


def _ask(model: Any, picture: Path) -> dict[str, np.ndarray]:
    image = read_image(str(picture))
    model.prepare(image)
    # Before it is invoked: the interpreter may use the input's memory for other things.
    said = {"input": np.array(model.interpreter.input(0))}
    result = model(image)
    for field in (
        *("labels", "scores", "boxes", "mask", "areas"),
        *("keypoints", "keypoint_scores", "embedding"),
    ):
        value = getattr(result, field, None)
        if value is not None:
            said[field] = np.asarray(value)
    return said


if __name__ == "__main__":
    main(*sys.argv[1:])
