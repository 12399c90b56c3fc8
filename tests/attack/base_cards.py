"""Models of every task with a card in which every field and option has a value.

The outputs of most are constants, so that a decoder meets answers whatever the picture.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

import edgevision.runtime.demo as shipped
import numpy as np
from edgevision.runtime.decoders.registry import DECODERS
from edgevision.runtime.tflite import ModelFile
from support.constant_model import constant_model

from edgevision.registry import load

CARD: Final = "edgevision.json"
_SIZE: Final = (64, 64)
_RNG: Final = np.random.default_rng(15)


@dataclass(frozen=True)
class Base:
    """A model and the parts behind it.

    Attributes:
        name: What it is.
        graph: The flatbuffer alone.
        card: The card as JSON types.
        labels: The text of its label file.
    """

    name: str
    graph: bytes
    card: dict[str, Any]
    labels: str = ""

    def with_card(self, text: bytes) -> bytes:
        """Return the file of this model with a text where its card stands."""
        data = io.BytesIO()
        data.write(self.graph)
        with zipfile.ZipFile(data, "a") as archive:
            archive.writestr("labels.txt", self.labels)
            archive.writestr(CARD, text)
        return data.getvalue()


def base_cards() -> list[Base]:
    """Return the models, those with a trained network first."""
    return [*_shipped(), *_constant()]


def _shipped() -> list[Base]:
    folder = Path(shipped.__file__).parent
    bases = []
    for name in ("shapes", "detector", "generator"):
        file = ModelFile.open(folder / f"{name}.tflite")
        text = file.archive.read(CARD, limit=2**24)
        labels = file.archive.read("labels.txt", limit=2**24) or b""
        card = json.loads(text or b"{}")
        if card["output"]["labels"]:
            first, second = card["output"]["labels"][:2]
            card["output"]["hierarchy"] = {first: "round", second: "straight"}
        graph = bytes(file.data[: file.flatbuffer_size])
        bases.append(Base(name, graph, _full(card), labels.decode()))
    return bases


def _constant() -> list[Base]:
    def noise(*shape: int) -> Any:
        return _RNG.random(shape, np.float32)

    points = {"names": [f"part {i}" for i in range(4)]}
    points_of_pixels = {"kind": "points", "values": 2, "units": "pixel"}
    heads = [
        {
            "name": "kind",
            "decoder": "classifier",
            "outputs": [0],
            "labels": ["a", "b"],
            "options": {"activation": "none"},
        },
        {
            "name": "where",
            "decoder": "values",
            "outputs": [1],
            "options": {"names": ["x", "y"], "units": ["m", "m"]},
        },
    ]
    ssd = {
        "anchors": [[0.5, 0.5, 0.2, 0.2]] * 6,
        "activation": "sigmoid",
        "background": False,
        "box_order": "yxhw",
        "box_scales": [10.0, 10.0, 5.0, 5.0],
    }
    post = [noise(1, 5, 4), np.ones((1, 5), np.float32), noise(1, 5), np.full(1, 5)]
    maps = [noise(1, 8, 8, count) for count in (17, 34, 32, 32)]
    alphabet = {"alphabet": "abcdefg", "activation": "softmax"}
    rows: list[tuple[str, Sequence[Any], list[str], dict[str, Any]]] = [
        ("yolo", [noise(1, 7, 84)], ["a", "b", "c"], {"head": "yolov8"}),
        ("yolo-pose", [noise(1, 56, 84)], ["person"], {}),
        ("yolo-segment", [noise(1, 10, 84), noise(1, 16, 16, 4)], ["a", "b"], {}),
        ("ssd", [noise(1, 6, 4), noise(1, 6, 3)], ["a", "b", "c"], ssd),
        ("ssd-op", post, ["a", "b"], {"roles": "boxes,classes,scores,count"}),
        ("fomo", [noise(1, 8, 8, 3)], ["a", "b"], {}),
        (
            "centernet",
            [noise(1, 16, 16, 2), noise(1, 16, 16, 2), noise(1, 16, 16, 2)],
            ["a", "b"],
            {"activation": "none", "roles": "heatmap,size,offset"},
        ),
        ("pose", [noise(1, 1, 17, 3)], [], {}),
        ("posenet", maps, [], {"roles": "heatmaps,offsets,forward,backward"}),
        ("segmentation", [noise(1, 16, 16, 3)], ["none", "a", "b"], {}),
        ("landmarks", [noise(1, 8)], [], points_of_pixels),
        ("embedding", [noise(1, 16)], [], {}),
        ("values", [noise(1, 4)], [], {**points, "ranges": "-1:1", "scale": [2.0]}),
        ("image", [noise(1, 32, 32, 3)], [], {"mean": 0.0, "std": 1.0}),
        ("text", [noise(1, 12, 8)], [], alphabet),
        ("heads", [noise(1, 2), noise(1, 2)], [], {"heads": heads}),
        ("raw", [noise(1, 2), noise(1, 2, 2)], [], {}),
    ]
    return [
        Base(
            name,
            constant_model(outputs, size=_SIZE),
            _full(_card(name, labels, options)),
            "".join(f"{label}\n" for label in labels),
        )
        for name, outputs, labels, options in rows
    ]


def _card(decoder: str, labels: list[str], options: dict[str, Any]) -> dict[str, Any]:
    width, height = _SIZE
    return {
        "schema": 1,
        "name": decoder,
        "task": DECODERS[decoder].task,
        "input": {
            **{"width": width, "height": height, "color": "rgb", "resize": "letterbox"},
            **{"crop_fraction": 1.0, "interpolation": "bilinear", "pad_value": 114},
            **{"mean": [0.0, 0.0, 0.0], "std": [1.0, 1.0, 1.0]},
        },
        "output": {
            "decoder": decoder,
            "options": options,
            "labels": labels,
            "hierarchy": dict(zip(labels, "xy", strict=False)),
        },
        "quantization": {"recipe": "float32", "io": "float32", "step": [0.01]},
        "verification": {"metric": "agreement", "n": 10, "interval": [0.9, 1.0]},
        "provenance": {"model": "net.keras", "evidence": {"task": "--task"}},
    }


def _full(card: dict[str, Any]) -> dict[str, Any]:
    """Return a card that states every option of its decoder that has a plain value."""
    declared = load(DECODERS[card["output"]["decoder"]].target).Options
    default = declared()
    options = {item.name: getattr(default, item.name) for item in fields(declared)}
    plain = {
        name: value
        for name, value in options.items()
        if isinstance(value, (bool, int, float, str)) and value != ""
    }
    output = {**card["output"], "options": {**plain, **card["output"]["options"]}}
    return {**card, "output": output}


def option_names(base: Base) -> list[str]:
    """Return the names of all options that a model's decoder takes."""
    declared = load(DECODERS[base.card["output"]["decoder"]].target).Options
    return [item.name for item in fields(declared)]
