"""The second stage: the converted file, and whether a device can run it."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ...card import ModelCard
from ...errors import ConversionError, UnsupportedModelError, VerificationError
from ...runtime.decoders import DECODERS, make_decoder
from ...runtime.tflite import ModelFile, Signature
from ..build import Compatibility, build, check, recipe
from ..keras import FrozenModel, layer_classes
from ..plan import InputPlan, OutputPlan, pixel_error, settle
from ..progress import Journal
from ..samples import feed
from ..write import attach
from .prepared import Prepared

# How a decoder's refusal ends.
_OTHER_DECODER: Final = "Pass --decoder if this is another kind of model."


@dataclass(frozen=True)
class Built:
    """A converted file that is not verified yet.

    Attributes:
        prepared: What it was made of.
        data: The bytes of the file, without a card.
        file: The same, read.
        outputs: What the outputs mean; task and decoder are known.
        compatibility: Operators, and the runtimes that have them.
        is_foreign: Whether no interpreter at hand has all operators.
        pixel_error: By how many levels the input byte differs from the pixel; None
            where that is no question.
    """

    prepared: Prepared
    data: bytes
    file: ModelFile
    outputs: OutputPlan
    compatibility: Compatibility
    is_foreign: bool
    pixel_error: int | None


def build_file(prepared: Prepared, journal: Journal) -> Built:
    """Convert a prepared model and check the file.

    Args:
        prepared: The model and its samples.
        journal: Steps, notes and warnings go here.

    Raises:
        EdgeVisionError: TensorFlow refuses the model, or the file breaks the promise of
            its recipe.
    """
    request, options = prepared.request, prepared.options
    journal.step("convert")
    samples = None
    if prepared.recipe.needs_calibration:
        names = prepared.frozen.input_names
        samples = feed(
            prepared.samples.rows,
            names,
            lambda done, total: journal.advance(done, 2 * total),
        )
    _give_back_memory()
    data = build(
        prepared.frozen.function,
        prepared.recipe,
        io=options.io_type,
        samples=samples,
        target=options.target,
        allow_flex=options.allow_flex,
        on_note=journal.note,
        # About as long as the samples took: the step's second half.
        on_progress=lambda done, total: journal.advance(total + done, 2 * total),
    )
    journal.step("check")
    file = ModelFile.from_bytes(data, request.output.name)
    compatibility = check(
        file,
        prepared.recipe,
        target=options.target,
        allow_flex=options.allow_flex,
        layers=layer_classes(prepared.model.keras),
    )
    is_foreign = _is_foreign(compatibility, options.budget, journal)
    outputs = settle(prepared.outputs, file)
    if outputs.decoder in DECODERS:
        input_card = None if prepared.input is None else prepared.input.file_card
        draft = ModelCard(request.output.stem, outputs.task, input_card, outputs.card)
        _check_decoder(draft, file, outputs.contradiction)
    error = _check_pixels(file, prepared.input, journal)
    request.result.write_bytes(data)
    built = Built(prepared, data, file, outputs, compatibility, is_foreign, error)
    if options.keep_float:
        _write_float(built)
    return built


def _give_back_memory() -> None:
    """Return freed memory to the system, before the converter asks for its own.

    The C library keeps what tracing freed: 100 MB with MobileNetV2.
    """
    import ctypes
    import gc

    gc.collect()
    # Only glibc has it.
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)


def signature_of(frozen: FrozenModel, file: ModelFile) -> Signature:
    """Return the names that the trained model has for the file's tensors.

    Raises:
        ConversionError: The file has another number of inputs or outputs.
    """
    if len(frozen.input_names) != len(file.inputs) or len(frozen.output_names) != len(
        file.outputs
    ):
        raise ConversionError(
            f"The model has {len(frozen.input_names)} inputs and "
            f"{len(frozen.output_names)} outputs, but TensorFlow's file has "
            f"{len(file.inputs)} and {len(file.outputs)}. Remove outputs that occur "
            "twice, and inputs that nothing uses."
        )
    return Signature(
        key="serving_default",
        inputs=dict(
            zip(frozen.input_names, (x.index for x in file.inputs), strict=True)
        ),
        outputs=dict(
            zip(frozen.output_names, (x.index for x in file.outputs), strict=True)
        ),
    )


def _check_decoder(draft: ModelCard, file: ModelFile, contradiction: str) -> None:
    """Refuse a file that the decoder of its task cannot read.

    Args:
        draft: The card, with task and decoder.
        file: The converted file.
        contradiction: What to pass for the task that the evidence is of, if it is
            another one than the caller's.

    Raises:
        UnsupportedModelError: The outputs are not of the decoder's kind.
    """
    try:
        make_decoder(draft, file.outputs)
    except UnsupportedModelError as error:
        if not contradiction:
            raise
        # The task is wrong, so another decoder is no way out.
        reason = str(error).removesuffix(_OTHER_DECODER).rstrip()
        raise UnsupportedModelError(f"{reason} {contradiction}") from error


def _is_foreign(
    compatibility: Compatibility, budget: Mapping[str, float], journal: Journal
) -> bool:
    """Return whether no interpreter at hand can run the file, as --allow-flex accepts.

    Raises:
        VerificationError: A budget was asked for too.
    """
    foreign = sorted(set(compatibility.operators) - set(compatibility.versions))
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


def _check_pixels(
    file: ModelFile, plan: InputPlan | None, journal: Journal
) -> int | None:
    """Return how far the input's bytes are from the pixels; warn if they differ."""
    if plan is None:
        return None
    error = pixel_error(plan.file_card, file.inputs[0])
    if error is not None and error > 1:
        journal.warn(
            f"The bytes of the file's input differ from the pixels by up to {error}. "
            "EdgeVision converts each frame; MediaPipe and the Task Library do not, "
            "and would give wrong answers."
        )
    return error


def _write_float(built: Built) -> None:
    """Write the float model beside the file, with a card of its own."""
    prepared, request = built.prepared, built.prepared.request
    data = build(prepared.frozen.function, recipe("float32"), io="float32")
    card = ModelCard(
        name=f"{prepared.options.name or request.output.stem} (float)",
        task=built.outputs.task,
        input=None if prepared.input is None else prepared.input.file_card,
        output=built.outputs.card,
        quantization={"recipe": "float32", "io": "float32"},
    )
    names = signature_of(prepared.frozen, ModelFile.from_bytes(data))
    request.float_twin.write_bytes(attach(data, card, signature=names, converted=True))
