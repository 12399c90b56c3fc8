"""Heads of people and cells for ``decode.py``: FOMO, MultiPose, PoseNet, CenterNet.

Each yields name, source, candidates, decode, scan and the goal in milliseconds. FOMO is
the output of a real file on a picture where the shared data is; the others are made of
people and objects whose places are known.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from edgevision.runtime.decoders.centernet import (  # noqa: E402
    CenterNetDecoder,
    CenterNetOptions,
)
from edgevision.runtime.decoders.fomo import FomoDecoder  # noqa: E402
from edgevision.runtime.decoders.pose import PoseDecoder  # noqa: E402
from edgevision.runtime.decoders.posenet import PoseNetDecoder  # noqa: E402
from edgevision.runtime.geometry import Letterbox  # noqa: E402
from edgevision.runtime.tensors import TensorSpec  # noqa: E402
from support.people_maps import maps_of, standing  # noqa: E402

Work = tuple[str, str, int, Callable[[], Any], Callable[[], object], float]


def fomo(shared: Path) -> Iterator[Work]:
    """Give a FOMO of 12x12 cells on a real picture, and with eight objects."""
    frame = Letterbox.fit((640, 480), (96, 96))
    raws: list[tuple[str, np.ndarray]] = []
    path = shared / "data/tflite-foreign/fomo.tflite"
    if path.is_file():
        from edgevision.runtime.image import read_image

        import edgevision

        with edgevision.load_model(path) as model:
            model.prepare(read_image(shared / "data/images/face.jpg"))
            model.invoke()
            raws.append(("face.jpg", np.array(model.interpreter.outputs_now()[0])))
    many = np.full((1, 12, 12, 2), -128, np.int8)
    for k in range(8):
        many[0, k + 1, 3 * k % 10 : 3 * k % 10 + 2, 1] = 100
    raws += [("eight objects", many), ("nothing", np.full_like(many, -128))]
    spec = TensorSpec("cells", 0, many.shape, many.dtype, 1 / 256, -128)
    decoder = FomoDecoder([spec], model_size=(96, 96))
    for source, raw in raws:
        yield (
            "fomo int8",
            source,
            int((raw[..., 1:] >= 0).sum()),
            lambda r=raw: decoder.decode([r], frame),
            lambda r=raw: np.flatnonzero(r[..., 1:] >= 0),
            0.1,
        )


def multipose(shared: Path) -> Iterator[Work]:
    """Give MoveNet MultiPose with six people."""
    raw = np.random.default_rng(7).uniform(0.3, 0.7, (1, 6, 56)).astype(np.float32)
    decoder = PoseDecoder(
        [TensorSpec("", 0, raw.shape, raw.dtype)], model_size=(256, 256)
    )
    frame = Letterbox.fit((640, 480), (256, 256), resize="letterbox")
    yield (
        "multipose float",
        "six people",
        6,
        lambda: decoder.decode([raw], frame),
        lambda: np.flatnonzero(raw[0, :, -1] >= 0.1),
        0.2,
    )


def posenet(shared: Path) -> Iterator[Work]:
    """Give PoseNet at 481x353 as bytes, with one person and with five."""
    frame = Letterbox.fit((640, 480), (481, 353), resize="letterbox")
    for count in (1, 5):
        people = [standing(60 + 90 * i, 60, 240) for i in range(count)]
        maps = maps_of(people, stride=16, rows=23, columns=31, best=(4.0,) * count)
        maps["middle"] = np.concatenate(
            [maps.pop("forward"), maps.pop("backward")], axis=3
        )
        specs, raws = [], []
        for i, (name, reals) in enumerate(maps.items()):
            scale = float(reals.max() - reals.min()) / 255
            zero = round(-float(reals.min()) / scale)
            raw = np.rint(reals / scale + zero).clip(0, 255).astype(np.uint8)
            specs.append(TensorSpec(name, i, raw.shape, raw.dtype, scale, zero))
            raws.append(raw)
        decoder = PoseNetDecoder(specs, model_size=(481, 353))
        floor = decoder._floor
        yield (
            "posenet uint8",
            f"{count} people",
            int((raws[0] >= floor).sum()),
            lambda d=decoder, r=raws: d.decode(r, frame),
            lambda r=raws, f=floor: np.flatnonzero(r[0] >= f),
            1.0 * count,
        )


def centernet(shared: Path) -> Iterator[Work]:
    """Give raw CenterNet maps of 128x128 cells and 80 classes with 20 objects."""
    rng = np.random.default_rng(7)
    heatmap = rng.normal(-7, 1, (1, 128, 128, 80)).astype(np.float32)
    rows, columns = rng.integers(1, 127, (2, 20))
    heatmap[0, rows, columns, rng.integers(0, 80, 20)] = 2.0
    sizes = np.full((1, 128, 128, 2), 12, np.float32)
    offsets = np.full((1, 128, 128, 2), 0.5, np.float32)
    outputs = [heatmap, sizes, offsets]
    specs = [
        TensorSpec(name, i, raw.shape, raw.dtype)
        for i, (name, raw) in enumerate(zip(("hm", "wh", "reg"), outputs, strict=True))
    ]
    decoder = CenterNetDecoder(
        specs, model_size=(512, 512), options=CenterNetOptions(activation="sigmoid")
    )
    frame = Letterbox.fit((640, 480), (512, 512))
    floor = float(np.log(0.25 / 0.75))
    yield (
        "centernet logits",
        "20 objects",
        20,
        lambda: decoder.decode(outputs, frame),
        lambda: np.flatnonzero(heatmap >= floor),
        2.0,
    )


HEADS: dict[str, Callable[[Path], Iterator[Work]]] = {
    "fomo": fomo,
    "multipose": multipose,
    "posenet": posenet,
    "centernet": centernet,
}
