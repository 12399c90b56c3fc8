"""Make the files that the peers are asked about, and write down our own answers.

    python tests/interop/prepare.py FOLDER

Needs TensorFlow (two models are converted) and the shared data.
"""

from __future__ import annotations

import json
import os
import random
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import cv2  # noqa: E402
from edgevision.converters.write.metadata import attach, attach_file  # noqa: E402
from edgevision.runtime.opening.resolve_settings import resolve  # noqa: E402
from edgevision.runtime.tflite.model_file import ModelFile  # noqa: E402
from support.tiny_models import tiny_classifier  # noqa: E402

import edgevision  # noqa: E402
from edgevision.card import InputCard, ModelCard, OutputCard  # noqa: E402

RANDOM_MODELS = 50
WORDS = (
    "person", "dog", "traffic-light", "Küken", "猫", "crème-brûlée", "3-wheeler", "a,b",
    "'", '"', "\\", "#",
)  # fmt: skip


def shared() -> Path:
    """Return the folder of real models and images."""
    named = os.environ.get("EDGEVISION_SHARED")
    places = [Path(named)] if named else [p / "shared" for p in ROOT.parents[:3]]
    for place in places:
        if (place / "data" / "README.md").is_file():
            return place / "data"
    raise SystemExit("make test-interop needs ../shared/data beside the checkout.")


def main(folder: Path) -> None:
    """Write models, pictures' paths and our answers to ``folder``."""
    data = shared()
    folder.mkdir(parents=True, exist_ok=True)
    tests = sorted((data / "cifar10/test").glob("*/*"))
    photos = sorted((data / "imagenet").glob("*.JPEG"))
    jobs: dict[str, Any] = {}
    for name, source, normalize, calibration, labels, pictures in (
        (
            "resnet8",
            "cifar10_resnet8.h5",
            "raw",
            data / "cifar10/calibration",
            None,
            tests[:: len(tests) // 100][:100],
        ),
        (
            "vww",
            "vww_mobilenetv1_96.h5",
            "unit",
            data / "imagenet",
            ["no person", "person"],
            photos,
        ),
    ):
        path = folder / f"{name}.tflite"
        edgevision.convert(
            data / "models" / source,
            path,
            calibration=calibration,
            normalize=normalize,
            labels=labels,
            force=True,
        )
        jobs[name] = {"task": "classify", **ours(path, pictures)}
    source = ModelFile.open(
        data / "models/coco_ssd_mobilenet_v1_1.0_quant_metadata.tflite"
    )
    path = folder / "ssd.tflite"
    attach_file(source.path, path, resolve(source).card)
    picture = data / "images/cats_and_dogs.jpg"
    jobs["ssd"] = {"task": "detect", **ours(path, [picture])}
    # A peer resizes in its own way; what it says of the untouched file is the measure
    # of what the card may change: nothing.
    jobs["untouched ssd"] = {
        "task": "detect",
        "same_as": "ssd",
        "model": str(source.path),
        "pictures": [str(picture)],
    }
    jobs["random"] = {"task": "display", "models": random_models(folder)}
    (folder / "jobs.json").write_text(json.dumps(jobs, indent=1), "utf-8")


def ours(path: Path, pictures: list[Path]) -> dict[str, Any]:
    """Return our answers on pictures, as JSON types."""
    answers: list[Any] = []
    with edgevision.load_model(path) as model:
        for picture in pictures:
            result = model(cv2.imread(str(picture))).to_dict()
            answers.append(result)
    return {
        "model": str(path),
        "pictures": [str(picture) for picture in pictures],
        "ours": answers,
    }


def random_models(folder: Path) -> list[dict[str, Any]]:
    """Write models with random labels and normalizations, and what they must say."""
    draw = random.Random(20261120)
    found = []
    for number in range(RANDOM_MODELS):
        size = draw.randint(1, 6), draw.randint(1, 6)
        kind = draw.choice(["UINT8", "FLOAT32"])
        data = tiny_classifier(
            size=size, kind=kind, scale=1.0 if kind == "UINT8" else 0.0,
            buffers=[draw.randbytes(draw.randint(0, 99)) for _ in range(3)],
        )  # fmt: skip
        count = size[0] * size[1] * 3
        labels = tuple(f"{draw.choice(WORDS)} {i}" for i in range(count))
        mean = tuple(round(draw.uniform(0, 255), 2) for _ in range(3))
        card = ModelCard(
            f"model {number}",
            "classification",
            InputCard(size[1], size[0], mean=mean, std=(draw.choice([1.0, 57.5]),)),
            OutputCard("classifier", {"activation": "none"}, labels),
        )
        path = folder / f"random-{number}.tflite"
        path.write_bytes(attach(data, card))
        found.append({"model": str(path), "labels": labels, "card": card.to_dict()})
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]))
