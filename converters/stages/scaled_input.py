"""How pictures reach the model, with the scale shown on pictures where it is open."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy.typing as npt

from ...card import InputCard
from ...errors import ConversionError
from ..child import Request
from ..datasets import ImageSet, open_images
from ..keras import OwnNormalization, SourceModel, is_untrained, own_normalization
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
    flat_sentence,
    scale_of_bytes,
    weigh_scales,
)

Sets = Mapping[str, ImageSet | Path | None]


def scale_look(
    request: Request,
    sets: Sets,
    model: SourceModel,
    shapes: Mapping[str, tuple[int, ...]],
    predict: Callable[..., Any],
    journal: Journal,
) -> ScaleLook:
    """Return the look at a model's scale, which reads no picture yet.

    Args:
        request: Files and options.
        sets: The opened sets of pictures.
        model: A model with an image input.
        shapes: Fixed shapes per input name.
        predict: Runs the float model on a batch.
        journal: Notes go here.
    """
    own = model.own
    if model.keras is not None:
        own = own_normalization(model.keras, model.inputs[0].name)
    card = picture_card(model, shapes, request.options, journal.note)
    return ScaleLook(model, predict, request.options, sets, card, own)


def plan_scaled_input(look: ScaleLook, journal: Journal) -> InputPlan:
    """Decide how pictures become the model's one image input.

    Args:
        look: The model and a few pictures.
        journal: Notes and warnings go here.

    Raises:
        ConversionError: The scale is not given and not proven, or contradicts the model
            or the colour order.
    """
    options, own = look.options, look.own
    if look.model.takes_bytes and own is None:
        scale = scale_of_bytes(options)
    else:
        scale = choose_scale(
            own, options, look.weigh, look.contradict, journal.note, journal.warn
        )
    return plan_input(look.card, scale, options, journal.note)


def check_answers(
    look: ScaleLook,
    plan: InputPlan,
    outputs: OutputPlan,
    inputs: npt.NDArray[Any],
    answers: Sequence[npt.NDArray[Any]],
    journal: Journal,
    *,
    is_stated: bool,
) -> None:
    """Stop where the float model gives different pictures the same answer.

    Args:
        look: The model and a few pictures.
        plan: How pictures reach the model.
        outputs: What the outputs mean.
        inputs: Pictures as the float model takes them.
        answers: What it says to them.
        journal: Warnings go here.
        is_stated: Whether the card in the model's file says the scale, so that this is
            not the cause.

    Raises:
        ConversionError: It cannot tell pictures apart; ``allow_flat`` accepts that.
    """
    sentence = flat_sentence(answers, inputs, plan.card.std, outputs.task)
    if sentence is None:
        return
    if look.options.allow_flat:
        journal.warn(f"{sentence}; --allow-flat accepts that.")
        return
    if is_untrained(look.model):
        journal.warn(f"{sentence}: it looks untrained, because every bias is 0.")
        return
    if is_stated:
        journal.warn(f"{sentence}, so it cannot tell them apart. Train it further.")
        return
    error = ConversionError(
        f"{sentence}, so it cannot tell them apart. Most likely pixels have another "
        f"scale than in its training (now {plan.to_dict()['name']}), or it has learned "
        "nothing yet. Pass the --normalize of its training, or --allow-flat to convert "
        "it all the same."
    )
    error.table = look.table()
    raise error


@dataclass(frozen=True)
class ScaleLook:
    """The float model and a few pictures, to compare scales with.

    Attributes:
        model: A model with an image input.
        predict: Runs it on a batch.
        options: task and labels are used.
        sets: The opened sets of pictures.
        card: How pictures are brought to the model's size.
        own: What the model's first layers do by themselves; None means nothing.
    """

    model: SourceModel
    predict: Callable[..., Any]
    options: ConvertOptions
    sets: Sets
    card: InputCard
    own: OwnNormalization | None

    def weigh(self, images: ImageSet | None = None) -> ScaleEvidence | None:
        """Return the evidence for every scale; None where there are no pictures.

        Args:
            images: The pictures to draw from; None means those of the calibration.
        """
        few = self._drawn(images, PICTURES)
        if few is None:
            return None

        def truth(classes: int) -> Sequence[int]:
            names = self.options.labels or few.images.class_names
            labels = tuple(names) if len(names) == classes else ()
            plan = OutputPlan("classification", "", labels=labels, classes=classes)
            return class_positions(few.images, plan, lambda text: None)

        return weigh_scales(
            self.model,
            self.predict,
            few.pixels,
            task=self.options.task,
            truth=truth,
            has_own=self._normalizes,
        )

    def better_scale(self, plan: InputPlan, images: ImageSet) -> str | None:
        """Return in words which scale is right more often beyond chance, or None.

        Args:
            plan: How pictures reach the model now.
            images: Pictures whose class is known.
        """
        evidence = self.weigh(images)
        better = None
        if evidence is not None:
            better = evidence.more_accurate_than(plan.card.mean, plan.card.std)
        if evidence is None or better is None:
            return None
        return (
            f"With {evidence.option(better)} it is right on "
            f"{better.figures['accuracy']:.0%} of {evidence.count} of "
            "them, more than chance explains: compare the two."
        )

    def table(self, images: ImageSet | None = None) -> tuple[str, ...]:
        """Return the evidence as lines; none where there are no pictures."""
        evidence = self.weigh(images)
        return () if evidence is None else evidence.lines()

    def contradict(self, current: ScaleCandidate) -> Any:
        """Return the scale that the model's first statistics prove instead, or None."""
        few = self._drawn(None, 8)
        if few is None:
            return None
        return fitting_scale(self.model, few.pixels, current, has_own=self._normalizes)

    @property
    def _normalizes(self) -> bool:
        return self.own is not None and self.own.eats_pixels

    def _drawn(self, images: ImageSet | None, count: int) -> FewPictures | None:
        if images is None:
            place = self.sets["calibration"] or self.sets["verification"]
            images = open_images(place) if isinstance(place, Path) else place
        if images is None:
            return None
        return few_pictures(images, self.card, count, seed=self.options.seed)
