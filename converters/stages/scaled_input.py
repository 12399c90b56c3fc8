"""How pictures reach the model, with the scale shown on pictures where it is open."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...card import InputCard
from ..child import Request
from ..datasets import ImageSet, open_images
from ..keras import SourceModel, own_normalization
from ..options import ConvertOptions
from ..plan import InputPlan, OutputPlan, class_positions, picture_card, plan_input
from ..progress import Journal
from ..samples import FewPictures, few_pictures
from ..scale import (
    PICTURES,
    ScaleCandidate,
    ScaleEvidence,
    choose_scale,
    fitting_scale,
    scale_of_bytes,
    weigh_scales,
)

Sets = Mapping[str, ImageSet | Path | None]


def plan_scaled_input(
    request: Request,
    sets: Sets,
    model: SourceModel,
    shapes: Mapping[str, tuple[int, ...]],
    predict: Callable[..., Any],
    journal: Journal,
) -> InputPlan:
    """Decide how pictures become the model's one image input.

    Args:
        request: Files and options.
        sets: The opened sets of pictures.
        model: A model with an image input.
        shapes: Fixed shapes per input name.
        predict: Runs the float model on a batch.
        journal: Notes and warnings go here.

    Raises:
        ConversionError: The scale is not given and not proven, or contradicts the model
            or the colour order.
    """
    options = request.options
    card = picture_card(model, shapes, options, journal.note)
    look = ScaleLook(model, predict, options, sets, card, request.options.seed)
    own = model.own
    if model.keras is not None:
        own = own_normalization(model.keras, model.inputs[0].name)
    if model.takes_bytes and own is None:
        scale = scale_of_bytes(options)
    else:
        scale = choose_scale(
            own, options, look.weigh, look.contradict, journal.note, journal.warn
        )
    return plan_input(card, scale, options, journal.note)


@dataclass
class ScaleLook:
    """The float model and a few pictures, to compare scales with.

    Attributes:
        model: A model with an image input.
        predict: Runs it on a batch.
        options: task and labels are used.
        sets: The opened sets of pictures.
        card: How pictures are brought to the model's size.
        seed: Random seed of the choice of pictures.
    """

    model: SourceModel
    predict: Callable[..., Any]
    options: ConvertOptions
    sets: Sets
    card: InputCard
    seed: int
    _few: dict[int, FewPictures | None] = field(default_factory=dict)

    def weigh(self) -> ScaleEvidence | None:
        """Return the evidence for every scale; None where there are no pictures."""
        few = self._pictures(PICTURES)
        if few is None:
            return None

        def truth(classes: int) -> Sequence[int]:
            names = self.options.labels or few.images.class_names
            labels = tuple(names) if len(names) == classes else ()
            plan = OutputPlan("classification", "", labels=labels, classes=classes)
            return class_positions(few.images, plan, lambda text: None)

        task = self.options.task
        return weigh_scales(
            self.model, self.predict, few.pixels, task=task, truth=truth
        )

    def contradict(self, current: ScaleCandidate) -> Any:
        """Return the scale that the model's first statistics prove instead, or None."""
        few = self._pictures(8)
        return None if few is None else fitting_scale(self.model, few.pixels, current)

    def _pictures(self, count: int) -> FewPictures | None:
        if count not in self._few:
            place = self.sets["calibration"] or self.sets["verification"]
            images = open_images(place) if isinstance(place, Path) else place
            self._few[count] = (
                None
                if images is None
                else few_pictures(images, self.card, count, seed=self.seed)
            )
        return self._few[count]
