"""What the float model's outputs prove about their scores and pixels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy.typing as npt

from ...errors import ConversionError
from .task import Decision, OutputFacts, activation_for


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
    if task == "segmentation" and activation == "sigmoid":
        on_note("The mask's channel holds logits: it is cut at 0 (activation sigmoid).")
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


def note_independence(
    output: OutputFacts, settings: Mapping[str, Any], on_note: Callable[[str], None]
) -> None:
    """Note how sigmoids of several classes of a mask are read, unless it is stated."""
    several = output.is_map and output.shape[-1] > 1
    if not several or output.head.activation != "sigmoid" or output.is_softmax:
        return
    if "independent" not in settings:
        on_note(
            "The channels of the mask are sigmoids: the largest one wins at every "
            "pixel. Pass --option independent=true if none of them is the background; "
            "a pixel whose best score is below the threshold is then background."
        )


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
