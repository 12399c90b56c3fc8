"""The first stage: everything that is known before anything is converted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy.typing as npt

from ...errors import CalibrationError
from ..build import Recipe, recipe
from ..child import Request
from ..keras import (
    FrozenModel,
    SourceModel,
    fixed_shapes,
    freeze,
    load_as_chosen,
    output_heads,
    predictor,
    read_keras_card,
    with_card,
    with_picture_input,
    with_picture_outputs,
    without_loops,
)
from ..keras.training import OutputTraining, may_be_picture, read_training
from ..options import ConvertOptions
from ..plan import (
    InputPlan,
    OutputPlan,
    is_multi_label,
    plan_heads,
    plan_outputs,
    value_names,
    with_thresholds,
)
from ..plan.task import ModelFacts, OutputFacts
from ..progress import Journal
from ..samples import Samples, gather, open_sets, probe_inputs
from .float_model import check_float_model
from .ground_truth import GroundTruth, true_of
from .scaled_input import check_answers, plan_scaled_input, scale_look


@dataclass(frozen=True)
class Prepared:
    """A model that is loaded and understood, with the samples for its conversion.

    Attributes:
        request: Files and options, completed by the card of the model's file.
        recipe: How numbers are stored.
        model: The trained model.
        frozen: The model as one function.
        predict: Runs the float model on a batch.
        input: How pictures reach the model; None where it takes no single picture.
        outputs: What the outputs mean, as far as the float model proves it.
        samples: What calibrates and what verifies.
        truth: What is known to be right about the verification pictures.
    """

    request: Request
    recipe: Recipe
    model: SourceModel
    frozen: FrozenModel
    predict: Callable[..., Any]
    input: InputPlan | None
    outputs: OutputPlan
    samples: Samples
    truth: GroundTruth

    @property
    def options(self) -> ConvertOptions:
        """Return the choices of the conversion."""
        return self.request.options

    @property
    def input_size(self) -> tuple[int, int]:
        """Return width and height of the input; (1, 1) where it is no picture."""
        if self.input is None:
            return 1, 1
        return self.input.card.width, self.input.card.height


def prepare(request: Request, journal: Journal) -> Prepared:
    """Load a model, decide what its input and outputs mean, and read the samples.

    Args:
        request: Files and options.
        journal: Steps, notes and warnings go here.

    Raises:
        EdgeVisionError: The model or the samples cannot be used, or the float model
            itself is wrong.
    """
    stated = "--task"
    if request.options.task is None:
        stated = f"the card in {request.model_name}"
    for text in request.notes:
        journal.note(text)
    asked = request.options.normalize
    request = _with_options_of_card(request, journal)
    options = request.options
    chosen = recipe(options.recipe)
    sets = open_sets(request, journal.note)
    journal.step("load")
    model = load_as_chosen(request.model, options)
    if chosen.full_integer:
        model = without_loops(model)
    loaded = model
    model = with_picture_input(
        loaded,
        input_size=options.input_size,
        values=options.inputs,
        takes_pictures=_are_pictures(request.calibration, request.verification),
        reads_lines=options.task == "text",
    )
    if loaded.inputs and options.task in (None, "image"):
        training = read_training(request.model)
        model = with_picture_outputs(
            model, loaded, partial(may_be_picture, training=training)
        )
    for text in model.notes:
        journal.note(text)
    shapes = fixed_shapes(model, options.input_size)
    predict = predictor(model, shapes)
    look, plan = None, None
    if model.image is not None:
        look = scale_look(request, sets, model, shapes, predict, journal)
        plan = plan_scaled_input(look, journal)
    journal.step("images")
    samples = gather(request, sets, model, shapes, plan, journal)
    probe = probe_inputs(model, shapes, samples, plan)
    answers = predict(probe)
    frozen = freeze(
        model,
        shapes,
        mean=plan.card.mean if plan and plan.fold else None,
        std=plan.card.std if plan and plan.fold else None,
        integer=chosen.full_integer,
    )
    facts = ModelFacts(
        outputs=_output_facts(request, model, frozen, answers),
        pictures=probe[0] if plan is not None else None,
        pixels=None if plan is None else plan.pixels(probe[0]),
        takes_vector=len(model.inputs) == 1 and len(model.inputs[0].shape) == 1,
        labels=len(options.labels or ()),
        folders=len(samples.class_names),
    )
    outputs = plan_heads(facts, model.output_names, options, journal.note)
    if outputs is None:
        outputs = plan_outputs(
            facts, options, samples.class_names, journal.note, stated=stated
        )
        outputs = value_names(outputs, model.output_names, answers)
        outputs = with_thresholds(outputs)
    if outputs.task == "text" and plan is not None:
        width, height = plan.card.width, plan.card.height
        if height > width:
            journal.warn(
                f"The file reads lines in pictures of {width}x{height}, higher than "
                "wide. If the model takes its pictures width first, pass --task text "
                f"--input-size {height}x{width}."
            )
    has_pictures = plan is not None and bool(len(samples.rows[model.inputs[0].name]))
    if look is not None and plan is not None and has_pictures:
        is_stated = asked is None and options.normalize is not None
        check_answers(
            look, plan, outputs, probe[0], answers, journal, is_stated=is_stated
        )
    truth = GroundTruth()
    if plan is not None and samples.images is not None:
        truth = true_of(samples.images, outputs, answers, journal.note)
    _check_that_budget_can_be_measured(options.budget, outputs, truth, samples)
    prepared = Prepared(
        request, chosen, model, frozen, predict, plan, outputs, samples, truth
    )
    check_float_model(prepared, look, journal)
    return prepared


def _are_pictures(*places: Path | None) -> bool:
    """Return whether the caller has pictures for the model, and no arrays."""
    return any(
        place is not None and place.suffix.lower() not in (".npy", ".npz")
        for place in places
    )


def _output_facts(
    request: Request,
    model: SourceModel,
    frozen: FrozenModel,
    answers: Sequence[npt.NDArray[Any]],
) -> tuple[OutputFacts, ...]:
    """Return what is known of each output.

    Args:
        request: Names the model's file.
        model: The model.
        frozen: Its graph.
        answers: Its outputs for a few inputs, batch axis first.
    """
    training = read_training(request.model)
    heads = output_heads(frozen)
    return tuple(
        OutputFacts(
            values,
            heads[i],
            OutputTraining()
            if training is None
            else training.of_output(i, model.output_names[i]),
        )
        for i, values in enumerate(answers)
    )


def _with_options_of_card(request: Request, journal: Journal) -> Request:
    """Return the request with the options that the card of the model's file has."""
    card = read_keras_card(request.model)
    if card is None:
        return request
    options = with_card(request.options, card)
    before = request.options.to_dict()
    changed = [
        name for name, value in options.to_dict().items() if value != before[name]
    ]
    if changed:
        journal.note(f"From the card in {request.model_name}: {', '.join(changed)}.")
    return replace(request, options=options)


def _check_that_budget_can_be_measured(
    budget: Mapping[str, float],
    outputs: OutputPlan,
    truth: GroundTruth,
    samples: Samples,
) -> None:
    several = is_multi_label(outputs)
    for name in ("max_drop", "min_accuracy"):
        if name in budget and not truth and outputs.task == "detection":
            raise CalibrationError(
                f"--{name.replace('_', '-')} needs the true boxes of each verification "
                "image. Pass --verify with a folder that has them: YOLO, COCO or VOC."
            )
        what = "values" if outputs.task == "values" else "labels"
        if name in budget and not truth and (what == "values" or several):
            raise CalibrationError(
                f"--{name.replace('_', '-')} needs the true {what} of each "
                f"verification image. Pass --verify with a folder that has {what}.csv: "
                "'file' and a column for each, with one row per image."
            )
        if name in budget and not truth and outputs.task == "image":
            raise CalibrationError(
                f"--{name.replace('_', '-')} needs the true picture of each "
                "verification image. Pass --truth FOLDER with pictures of their names."
            )
        if name in budget and not truth:
            raise CalibrationError(
                f"--{name.replace('_', '-')} needs the true class of each verification "
                "image. Pass --verify with a folder that has one sub-folder per class."
            )
    if budget and samples.images is None and not samples.held_out:
        raise CalibrationError(
            "A budget needs something to verify with. Pass --verify FOLDER."
        )
