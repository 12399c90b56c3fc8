"""Real models with a card and its golden check, as ``convert`` writes them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from edgevision.converters.write.metadata import attach
from edgevision.runtime.golden import golden_check as golden
from edgevision.runtime.interpreter.interpreter import Interpreter
from edgevision.runtime.opening.resolve_settings import resolve
from edgevision.runtime.tflite.model_file import ModelFile

NAMES = (
    "cifar10_resnet8_int8_reference",
    "tf2_mobilenet_v2_1.0_224_ptq",
    "coco_ssd_mobilenet_v1_1.0_quant_metadata",
)


def with_golden_check(path: Path) -> bytes:
    """Return a model's bytes with a card that holds a golden check."""
    card = resolve(ModelFile.open(path)).card
    check = golden.make(
        lambda delegate: Interpreter(str(path), threads=1, delegate=delegate),
        card.input,
    )
    return attach(path, replace(card, check=check))
