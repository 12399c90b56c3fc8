"""What the float model's outputs prove about their units and scores."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy.typing as npt

from ...errors import ConversionError
from .task import Decision, OutputFacts, activation_for


def pixel_units(
    output: npt.NDArray[Any], on_note: Callable[[str], None]
) -> dict[str, float]:
    """Return the values of black and white, from the float model's own pictures."""
    low, high = float(output.min()), float(output.max())
    if low >= -1.01 and high <= 1.01 and low < -0.01:
        return {"mean": 127.5, "std": 127.5}
    if low >= -0.01 and high <= 1.01:
        return {"mean": 0.0, "std": 255.0}
    if low >= -2 and 2 < high <= 257:
        return {"mean": 0.0, "std": 1.0}
    on_note(
        f"The values of the model's pictures are {low:.3g} to {high:.3g}, which is "
        "neither -1..1, 0..1 nor 0..255; -1..1 is assumed to be black to white."
    )
    return {"mean": 127.5, "std": 127.5}


def scores_activation(
    task: str,
    output: OutputFacts,
    settings: Mapping[str, Any],
    on_note: Callable[[str], None],
) -> tuple[str, str]:
    """Return what turns an output into scores, and what shows it; "" where none does.

    Softmax and sigmoid give logits another meaning, so that what the file does not
    state is said.
    """
    if task == "segmentation" and output.shape[-1] == 1:
        exclusive = False
    elif task == "classification":
        exclusive = not settings.get("multi_label")
    else:
        return "", ""
    activation = activation_for(output, exclusive=exclusive)
    if output.training.from_logits:
        return activation, "from_logits in the loss"
    if activation == "none":
        return activation, f"its outputs ({output.head.activation})"
    if task == "classification" and not output.training.loss:
        other = (
            ""
            if not exclusive
            else (
                "; pass --option multi_label=true if several may be true of one picture"
            )
        )
        on_note(
            f"The outputs are logits; {activation} is assumed to make scores of "
            f"them{other}."
        )
        return activation, "assumed: the outputs are logits"
    return activation, "its outputs, which are not in 0..1"


def is_picture(outputs: Sequence[npt.NDArray[Any]]) -> bool:
    """Return whether there is one output, with as many channels as a picture."""
    only = outputs[0]
    has_channels = only.ndim == 3 or (only.ndim == 4 and only.shape[3] in (1, 3))
    return len(outputs) == 1 and has_channels


def check_pictures(
    outputs: Sequence[npt.NDArray[Any]], task: str, decision: Decision
) -> None:
    """Refuse outputs that are no picture.

    Raises:
        ConversionError: There are several, or one has other channels than a picture.
    """
    if is_picture(outputs):
        return
    shapes = ", ".join("x".join(map(str, (1, *x.shape[1:]))) for x in outputs)
    cure = "--task raw to keep the tensors as they are"
    if decision.only is not None and decision.only.task != task:
        cure = f"{decision.only.arguments} (by {decision.source}), or {cure}"
    raise ConversionError(
        f"A model for {task} has one output of 1 or 3 channels; the outputs are "
        f"{shapes}. Pass {cure}."
    )
