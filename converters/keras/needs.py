"""What ``convert`` needs to be told about a model, by what its file states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ...card import ModelCard
from .lambda_layers import LambdaLayer, lambda_options
from .stated_scale import StatedScale, normalize_need

_LOOPS: Final = frozenset({"LSTM", "GRU", "SimpleRNN", "ConvLSTM2D"})
_DIVISIONS: Final = ("Divide", "TrueDivide")
_FUNCTIONS: Final = ("math.divide", "math.truediv")


def needs_with(card: ModelCard) -> list[str]:
    """Return what ``convert`` needs besides the card in the file."""
    if card.input is None:
        return ["Nothing: the card in the file has all that is needed."]
    return [
        "--calibration: about 100 pictures like those of the device; the card in the "
        "file has all the rest."
    ]


def needs_of(
    layers: Sequence[tuple[str, str, Mapping[str, Any]]],
    lambdas: Sequence[LambdaLayer],
    inputs: Sequence[Sequence[int | None]],
    scale: StatedScale,
) -> list[str]:
    """Return sentences on what ``convert`` will ask for.

    Args:
        layers: Kind, name and configuration of each layer.
        lambdas: The Lambda layers among them.
        inputs: Shapes of the inputs, the batch first.
        scale: What the file states about the scale of its pixels.
    """
    kinds = {kind for kind, _, _ in layers}
    needs = ["--calibration: about 100 pictures like those of the device."]
    is_stated = bool(scale.own or scale.trained_on)
    hidden = [kind for kind in ("Rescaling", "Normalization") if kind in kinds]
    if is_stated or hidden:
        needs.append(normalize_need(scale, kinds))
    elif any(_divides(kind, config) for kind, _, config in layers):
        needs.append(
            "No --normalize if the pixels were normalized only by the model's own "
            "arithmetic, as preprocess_input leaves it."
        )
    elif any(layer.is_first and layer.scales_pixels for layer in lambdas):
        needs.append("No --normalize: its first Lambda layer scales pixels.")
    else:
        needs.append(normalize_need(scale, kinds))
    if lambdas:
        needs.append(
            "What its Lambda layers compute, because their code is not run: "
            f"{lambda_options(lambdas)}"
        )
    if any(None in shape[1:3] for shape in inputs if len(shape) == 4):
        needs.append("--input-size: it takes pictures of any size.")
    loops = sorted(
        {k for k, _, config in layers if k in _LOOPS and not config.get("unroll")}
    )
    if loops:
        needs.append(
            f"Fixed steps for {', '.join(loops)}: 'convert' writes a loop out where it "
            "has at most 128; else build the layer with unroll=True."
        )
    return needs


def _divides(kind: str, config: Mapping[str, Any]) -> bool:
    """Return whether a layer divides: an operation of Keras 3, or one of Keras 2."""
    function = config.get("function") if kind == "TFOpLambda" else None
    return kind in _DIVISIONS or function in _FUNCTIONS
