"""Recognise outputs with a number, or several, for every pixel."""

from __future__ import annotations

from ...tflite import ModelFile, Tensor
from .answer import Proof, Recognition, shape_words, single_output
from .heatmaps import coarse_grid
from .last_operation import last_operation, mask_activation, pixel_range


def find_segmentation(model: ModelFile) -> Recognition | None:
    """Recognise a map of classes, or of a score per class."""
    output = single_output(model)
    if output is None or len(output.shape) not in (3, 4) or output.shape[0] != 1:
        return None
    is_map = len(output.shape) == 3 or output.shape[3] == 1
    rows, columns = output.shape[1:3]
    if coarse_grid(model):
        return None  # FOMO's, or a question
    if not is_map and min(rows, columns) >= 8 and output.shape[3] not in (2, 3, 4):
        # Two to four channels may as well be a picture or a flow.
        return Recognition(
            "segmentation", f"one output {shape_words(output)}: scores for every pixel"
        )
    if (
        is_map
        and min(rows, columns) >= 8
        and (output.type_name in ("INT64", "INT32", "UINT8"))
    ):
        maker = last_operation(model, output.index)
        if maker is not None and maker.name == "ARG_MAX":
            return Recognition(
                "segmentation", f"one output {shape_words(output)} made by ARG_MAX"
            )
    return None


def prove_mask(model: ModelFile, label_count: int = 0) -> Proof:
    """Prove whether a mask of one channel holds scores or logits."""
    output = single_output(model)
    if output is None or not output.shape or output.size != _cells(output):
        return {}, {}
    if output.type_name in ("INT64", "INT32", "BOOL"):
        return {}, {}
    if not (output.type_name.startswith("FLOAT") or model.outputs[0].is_quantized):
        return {}, {}
    activation, evidence = mask_activation(model)
    return {"activation": activation}, {"activation": evidence}


def prove_pixels(model: ModelFile, label_count: int = 0) -> Proof:
    """Prove which values of a picture are black and white."""
    if len(model.outputs) != 1:
        return {}, {}
    proof = pixel_range(model)
    if proof is None:
        return {}, {}
    low, high, words = proof
    std = 255 / (high - low)
    return {"mean": 0.0 - low * std, "std": std}, {"mean": words, "std": words}


def _cells(output: Tensor) -> int:
    """Return the number of pixels of a map with one channel; 0 for anything else."""
    shape = output.shape
    if len(shape) not in (3, 4) or (len(shape) == 4 and shape[3] != 1):
        return 0
    return shape[1] * shape[2] if shape[0] == 1 else 0
