"""What a conversion costs and keeps, next to TensorFlow's converter used plainly.

Time: MobileNetV2 with random weights (they say nothing about accuracy) and the same 100
tensors, in one process that has TensorFlow imported and the model loaded; the order
alternates, because who runs second wins. Quality: agreement with the float model on
real images, the worse of XNNPACK and built-in kernels, mean of five calibration seeds.

    python benchmarks/convert.py [--rounds 3] [--quality ../shared/data]
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from edgevision.converters.build import INT8, build, check
from edgevision.converters.datasets import open_images
from edgevision.converters.keras import (
    SourceModel,
    fixed_shapes,
    freeze,
    from_keras,
    load,
    predictor,
)
from edgevision.converters.samples import calibration, pixel_values
from edgevision.converters.stages import signature_of
from edgevision.converters.write import attach
from edgevision.runtime.interpreter import Interpreter
from edgevision.runtime.tensors import to_real, to_tensor
from edgevision.runtime.tflite import ModelFile

from edgevision.card import InputCard, ModelCard, OutputCard


def plainly(model: Any, rows: Any, out: Path) -> None:
    """Convert as TensorFlow's guide does."""
    import tensorflow as tf

    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: ([row[None]] for row in rows)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = tf.uint8
    converter.inference_output_type = tf.uint8
    out.write_bytes(converter.convert())


def ours(source: SourceModel, rows: Any, out: Path, size: int) -> None:
    """Convert, check, and write card and metadata, as a conversion does."""
    shapes = fixed_shapes(source, None)
    frozen = freeze(source, shapes, integer=True)
    data = build(
        frozen.function,
        INT8,
        io="uint8",
        samples=calibration.feed({source.inputs[0].name: rows}, frozen.input_names),
    )
    converted = ModelFile.from_bytes(data)
    check(converted, INT8, target="litert", allow_flex=False)
    card = ModelCard(
        "benchmark",
        "classification",
        InputCard(size, size),
        OutputCard("classifier", {"activation": "none"}),
    )
    signature = signature_of(frozen, converted)
    out.write_bytes(attach(data, card, signature=signature, converted=True))


def measure_time(rounds: int) -> dict[str, Any]:
    import keras

    model = keras.applications.MobileNetV2(weights=None)
    generator = np.random.default_rng(0)
    rows = generator.uniform(-1, 1, (100, 224, 224, 3)).astype(np.float32)
    seconds: dict[str, list[float]] = {"plain": [], "edgevision": []}
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.tflite"
        ways: dict[str, Callable[[], None]] = {
            "plain": lambda: plainly(model, rows, out),
            "edgevision": lambda: ours(from_keras(model), rows, out, 224),
        }
        for turn in range(rounds):
            for name in sorted(ways, reverse=turn % 2 == 0):
                began = time.perf_counter()
                with contextlib.redirect_stdout(io.StringIO()):
                    ways[name]()
                seconds[name].append(time.perf_counter() - began)
                print(f"{name}: {seconds[name][-1]:.2f} s", file=sys.stderr)
    ratios = [b / a for a, b in zip(*seconds.values(), strict=True)]
    return {"seconds": seconds, "ratio": statistics.median(ratios), "ratios": ratios}


def agreement(data: bytes, rows: Any, answers: Any) -> float:
    """Return the share of equal best classes, with the kernels that agree less."""
    shares = []
    for delegate in ("xnnpack", "none"):
        with Interpreter(data, threads=1, delegate=delegate) as interpreter:
            tensor, result = interpreter.inputs[0], interpreter.outputs[0]
            quantized = [
                to_real(interpreter.run(to_tensor(row[None], tensor))[0], result)
                for row in rows
            ]
        best = np.concatenate(quantized).argmax(axis=1)
        shares.append(float((best == answers).mean()))
    return min(shares)


def measure_quality(data: Path, seeds: int) -> dict[str, Any]:
    cases = {
        "resnet8": (
            "models/cifar10_resnet8.h5",
            InputCard(32, 32),
            "cifar10/calibration",
            "cifar10/test",
        ),
        "vww": (
            "models/vww_mobilenetv1_96.h5",
            InputCard(96, 96, std=(255.0,)),
            "imagenet",
            "coco/images/train2017",
        ),
    }
    figures: dict[str, Any] = {}
    for name, (path, card, pool_at, test_at) in cases.items():
        source = load(data / path)
        pool = open_images(data / pool_at)
        test = calibration.read(open_images(data / test_at), card)
        held_out = pixel_values.normalized(test.pixels, card.mean, card.std)
        answers = predictor(source, fixed_shapes(source, None))([held_out])[0]
        shares: dict[str, list[float]] = {"plain": [], "edgevision": []}
        for seed in range(seeds):
            count = min(100, len(pool))
            # VWW's pool has just 100 pictures: draws differ when fewer are taken.
            drawn = pool.draw(count if len(pool) > 100 else 80, seed=seed)
            pixels = calibration.read(pool.subset(drawn), card).pixels
            with tempfile.TemporaryDirectory() as folder:
                out = Path(folder) / "out.tflite"
                rows = pixel_values.normalized(pixels, card.mean, card.std)
                with contextlib.redirect_stdout(io.StringIO()):
                    plainly(source.keras, rows, out)
                best = answers.argmax(axis=1)
                shares["plain"].append(agreement(out.read_bytes(), held_out, best))
                rows = pixel_values.normalized(
                    pixel_values.pinned(pixels), card.mean, card.std
                )
                ours(source, rows, out, card.width)
                shares["edgevision"].append(agreement(out.read_bytes(), held_out, best))
            print(f"{name} seed {seed}: {shares}", file=sys.stderr)
        figures[name] = {
            way: {"mean": statistics.mean(values), "seeds": values}
            for way, values in shares.items()
        }
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quality", type=Path, metavar="SHARED_DATA")
    parser.add_argument("--seeds", type=int, default=5)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    report: dict[str, Any] = {}
    if options.rounds:
        report["time"] = measure_time(options.rounds)
    if options.quality:
        report["quality"] = measure_quality(options.quality, options.seeds)
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
