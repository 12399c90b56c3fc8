"""The options of the detectors of MediaPipe's BlazeFace family."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ....errors import shown, unknown_name
from ..selection_options import SelectionOptions
from .kinds import KINDS

ACTIVATIONS = ("sigmoid", "none")


@dataclass(frozen=True, kw_only=True)
class BlazeOptions(SelectionOptions):
    """Options of the decoder ``blazeface``.

    Attributes:
        score_threshold: Smallest score that is kept, 0..1. MediaPipe's own is 0.5; some
            of its graphs for faces have 0.6 or 0.65.
        iou_threshold: Boxes whose IoU with a better one is above this become one with
            it, 0..1.
        nms: weighted (boxes that overlap become their mean, as in MediaPipe),
            class-aware or agnostic (only the best stays), soft or none.
        kind: What the model finds: face, palm or person; it gives the label and the
            names of the keypoints. None means that the number of keypoints says it.
        strides: Model pixels per cell, one per layer, such as 8,16,16,16. None takes
            those of a published detector with so many rows at this input size.
        interpolated: Layers have a second anchor per cell. None means yes, except for a
            single layer.
        activation: sigmoid for logits, or none for scores 0..1.
    """

    score_threshold: float = 0.5
    iou_threshold: float = 0.3
    nms: str | None = "weighted"
    kind: str | None = None
    strides: Sequence[int] | str | int | None = None
    interpolated: bool | None = None
    activation: str = "sigmoid"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.kind is not None and self.kind not in KINDS:
            raise ValueError(unknown_name("kind of detector", self.kind, KINDS))
        if self.activation not in ACTIVATIONS:
            raise ValueError(unknown_name("activation", self.activation, ACTIVATIONS))
        layers_of(self.strides)


def layers_of(strides: Sequence[int] | str | int | None) -> tuple[int, ...] | None:
    """Return one stride per layer; None means that nothing was said.

    Raises:
        ValueError: They are not whole numbers above 0.
    """
    if strides is None:
        return None
    entries = strides.split(",") if isinstance(strides, str) else strides
    if isinstance(entries, int):
        entries = [entries]
    try:
        layers = tuple(int(entry) for entry in entries)
    except (TypeError, ValueError):
        layers = ()
    if not layers or min(layers) < 1:
        raise ValueError(
            "strides must be whole numbers above 0, such as 8,16,16,16, got "
            f"{shown(strides)}."
        )
    return layers
