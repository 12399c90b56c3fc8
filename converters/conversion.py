"""The steps of a conversion, in order: what runs in the child process.

Start at :func:`carry_out`. Nothing here knows how the steps are shown or where the
files go in the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..card import ModelCard, OutputCard
from ..errors import CalibrationError, ConversionError, VerificationError
from ..runtime.decoders import DECODERS, make_decoder
from ..runtime.golden import golden_check as golden
from ..runtime.interpreter import Interpreter
from ..runtime.tflite import ModelFile, Signature
from .build import Compatibility, Recipe, build, check, recipe
from .child import Request
from .datasets import ImageSet
from .keras import (
    FrozenModel,
    fixed_shapes,
    freeze,
    load,
    predictor,
    read_keras_card,
    with_card,
)
from .options import ConvertOptions
from .plan import (
    InputPlan,
    OutputPlan,
    box_classes,
    class_positions,
    pixel_error,
    plan_input,
    plan_outputs,
    settle,
)
from .progress import Journal
from .samples import Samples, feed, gather, open_sets, probe_inputs
from .verify import (
    BoxAccuracy,
    Verification,
    check_budget,
    check_float,
    compare_pictures,
    compare_rows,
    float_answers,
    scorer_for,
)
from .write import attach, describe, model_size, peer_notes, provenance


def carry_out(request: Request, journal: Journal) -> dict[str, Any]:
    """Convert, check and describe one model.

    Args:
        request: Files and options; ``request.result`` is written.
        journal: Told every step.

    Returns:
        The report, as plain JSON types.

    Raises:
        EdgeVisionError: A step failed; the sentence says which and what to do.
    """
    request = _with_card(request, journal)
    options = request.options
    chosen = recipe(options.recipe)
    budget = options.budget
    sets = open_sets(request, journal.note)
    journal.step("load")
    model = load(request.model, allow_unsafe=options.allow_unsafe)
    for text in model.notes:
        journal.note(text)
    shapes = fixed_shapes(model, options.input_size)
    plan = None
    if model.image is not None:
        plan = plan_input(model, shapes, options, journal.note)
    journal.step("images")
    samples = gather(request, sets, model, shapes, plan, journal)
    predict = predictor(model, shapes)
    probe = probe_inputs(model, shapes, samples, plan)
    outputs = plan_outputs(
        predict(probe),
        options,
        samples.class_names,
        journal.note,
        is_image=plan is not None,
    )
    truth: tuple[int, ...] = ()
    boxes: tuple[int, ...] = ()
    if plan is not None and samples.images is not None:
        truth = class_positions(samples.images, outputs, journal.note)
        boxes = box_classes(samples.images, outputs, journal.note)
    _check_budget(budget, outputs, truth or boxes, samples)
    frozen = freeze(
        model,
        shapes,
        mean=plan.card.mean if plan and plan.fold else None,
        std=plan.card.std if plan and plan.fold else None,
        integer=chosen.full_integer,
    )
    if truth and plan is not None and samples.images is not None:
        _judge_float(plan, outputs, samples.images, truth, predict, frozen, journal)
    journal.step("convert")
    data = _build(frozen, chosen, options, samples, journal)
    journal.step("check")
    converted = ModelFile.from_bytes(data, request.output.name)
    found = check(
        converted, chosen, target=options.target, allow_flex=options.allow_flex
    )
    foreign = _foreign(found, budget, journal)
    outputs = settle(outputs, converted)
    described = outputs.card
    if outputs.decoder in DECODERS:
        taken = None if plan is None else plan.file_card
        draft = ModelCard(request.output.stem, outputs.task, taken, described)
        make_decoder(draft, converted.outputs)
    error = _check_pixels(converted, plan, journal)
    request.result.write_bytes(data)
    if options.keep_float:
        _write_float(request, frozen, plan, outputs, described, options)
    verification = None
    if not foreign and (samples.images is not None or samples.held_out):
        journal.step("verify")
        verification = _verify(
            request,
            converted,
            plan,
            outputs,
            samples,
            truth,
            boxes,
            predict,
            frozen,
            journal,
        )
    elif not foreign:
        journal.warn("Nothing was left to verify with; pass --verify.")
    journal.step("golden")
    card = ModelCard(
        name=options.name or request.output.stem,
        task=outputs.task,
        input=None if plan is None else plan.file_card,
        output=described,
        quantization={
            "recipe": chosen.name,
            "io": options.ends,
            "normalize": None if plan is None else plan.to_dict(),
            "pixel_error": error,
            "calibration": dict(samples.calibration),
            "step": [tensor.scale for tensor in converted.outputs],
        },
        verification={} if verification is None else verification.to_dict(budget),
        check={} if foreign else _golden(request, plan),
        provenance=provenance(request, found),
    )
    for text in peer_notes(converted, card):
        journal.note(text)
    journal.step("write")
    request.result.write_bytes(
        attach(data, card, signature=signature_of(frozen, converted), converted=True)
    )
    journal.finish()
    report = describe(
        ModelFile.open(request.result),
        card,
        found,
        journal,
        {"name": request.model_name, "bytes": model_size(request.model)},
    )
    if verification is not None:
        check_budget(
            verification,
            budget,
            recipe=chosen.name,
            count=int(samples.calibration.get("count", 0)),
        )
    return report


def _with_card(request: Request, journal: Journal) -> Request:
    card = read_keras_card(request.model)
    if card is None:
        return request
    options = with_card(request.options, card)
    taken = [
        name
        for name, value in options.to_dict().items()
        if value != request.options.to_dict()[name]
    ]
    if taken:
        journal.note(f"From the card in {request.model_name}: {', '.join(taken)}.")
    return replace(request, options=options)


def _check_budget(
    budget: Mapping[str, float],
    outputs: OutputPlan,
    truth: tuple[int, ...],
    samples: Samples,
) -> None:
    for name in ("max_drop", "min_accuracy"):
        if name in budget and not truth and outputs.task == "detection":
            raise CalibrationError(
                f"--{name.replace('_', '-')} needs the true boxes of each verification "
                "image. Pass --verify with a folder that has them: YOLO, COCO or VOC."
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


def _judge_float(
    plan: InputPlan,
    outputs: OutputPlan,
    images: ImageSet,
    truth: tuple[int, ...],
    predict: Any,
    frozen: FrozenModel,
    journal: Journal,
) -> None:
    journal.step("float")
    scorer = scorer_for(
        outputs, frozen.output_shapes, None, (plan.card.width, plan.card.height)
    )
    answers = float_answers(images, plan.card, predict, scorer, journal.advance)
    warning = check_float(
        answers,
        truth,
        normalize=str(plan.to_dict()["name"]),
        color=plan.card.color,
    )
    if warning:
        journal.warn(warning)


def _build(
    frozen: FrozenModel,
    chosen: Recipe,
    options: ConvertOptions,
    samples: Samples,
    journal: Journal,
) -> bytes:
    source = None
    if chosen.needs_calibration:
        source = feed(samples.rows, frozen.input_names, journal.advance)
    return build(
        frozen.function,
        chosen,
        io=options.ends,
        samples=source,
        target=options.target,
        allow_flex=options.allow_flex,
        note=journal.note,
    )


def _check_pixels(
    converted: ModelFile, plan: InputPlan | None, journal: Journal
) -> int | None:
    """Return by how much the input byte differs from the pixel, said when it does."""
    if plan is None:
        return None
    error = pixel_error(plan.file_card, converted.inputs[0])
    if error is not None and error > 1:
        journal.warn(
            f"The file's input byte differs from the pixel by up to {error} levels. "
            "EdgeVision converts each frame; MediaPipe and the Task Library feed plain "
            "pixels and would be wrong."
        )
    return error


def _write_float(
    request: Request,
    frozen: FrozenModel,
    plan: InputPlan | None,
    outputs: OutputPlan,
    described: OutputCard,
    options: ConvertOptions,
) -> None:
    data = build(frozen.function, recipe("float32"), io="float32")
    card = ModelCard(
        name=f"{options.name or request.output.stem} (float)",
        task=outputs.task,
        input=None if plan is None else plan.file_card,
        output=described,
        quantization={"recipe": "float32", "io": "float32"},
    )
    names = signature_of(frozen, ModelFile.from_bytes(data))
    request.float_twin.write_bytes(attach(data, card, signature=names, converted=True))


def _verify(
    request: Request,
    converted: ModelFile,
    plan: InputPlan | None,
    outputs: OutputPlan,
    samples: Samples,
    truth: tuple[int, ...],
    boxes: tuple[int, ...],
    predict: Any,
    frozen: FrozenModel,
    journal: Journal,
) -> Verification:
    size = (1, 1) if plan is None else (plan.card.width, plan.card.height)
    scorer = scorer_for(outputs, frozen.output_shapes, converted.outputs, size)
    if plan is None or samples.images is None:
        return compare_rows(
            request.result,
            samples.held_out,
            predict,
            scorer,
            journal.advance,
            samples.source,
        )
    judge_of_boxes = None
    if boxes:
        judge_of_boxes = BoxAccuracy(
            outputs, frozen.output_shapes, converted.outputs, size
        )
        judge_of_boxes.expect(samples.images, boxes)
    return compare_pictures(
        request.result,
        samples.images,
        plan.card,
        plan.file_card,
        predict,
        scorer,
        truth,
        journal.advance,
        boxes=judge_of_boxes,
    )


def _foreign(
    found: Compatibility, budget: Mapping[str, float], journal: Journal
) -> bool:
    """Tell whether no interpreter at hand can run the file, which was asked for.

    Raises:
        VerificationError: A budget was asked for too.
    """
    foreign = sorted(set(found.operators) - set(found.versions))
    if not foreign:
        return False
    text = (
        f"The file needs {', '.join(foreign)}, which no interpreter here has, so it "
        "could not be compared with the float model"
    )
    if budget:
        raise VerificationError(
            f"{text} and its budget is not met. Leave the budget or --allow-flex out."
        )
    journal.warn(f"{text}.")
    return True


def _golden(request: Request, plan: InputPlan | None) -> dict[str, Any]:
    return golden.make(
        lambda name: Interpreter(request.result, delegate=name, threads=1),
        None if plan is None else plan.file_card,
    )


def signature_of(frozen: FrozenModel, converted: ModelFile) -> Signature:
    """Return the names that the trained model has for the file's tensors.

    Raises:
        ConversionError: The file has another number of inputs or outputs.
    """
    if len(frozen.input_names) != len(converted.inputs) or len(
        frozen.output_names
    ) != len(converted.outputs):
        raise ConversionError(
            f"The model has {len(frozen.input_names)} inputs and "
            f"{len(frozen.output_names)} outputs, but TensorFlow's file has "
            f"{len(converted.inputs)} and {len(converted.outputs)}. Remove outputs "
            "that are equal, and inputs that nothing uses."
        )
    return Signature(
        key="serving_default",
        inputs=dict(
            zip(frozen.input_names, (x.index for x in converted.inputs), strict=True)
        ),
        outputs=dict(
            zip(frozen.output_names, (x.index for x in converted.outputs), strict=True)
        ),
    )
