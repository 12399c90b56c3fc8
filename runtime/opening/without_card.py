"""The card of a model that has none: from metadata in the file, and from its tensors.

Ultralytics' metadata come before TFLite Metadata, and these before what the tensors
prove. What none of them says is assumed, and a sentence says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from ...card import InputCard, ModelCard, OutputCard
from ...errors import UnsupportedModelError
from ...files import name_as_text
from ..decoders import (
    DECODERS,
    decoder_entry,
    decoder_of_task,
    only_decoder,
)
from ..tflite import ModelFile
from .evidence import CALLER, OPTION, Evidence
from .file_metadata import ULTRALYTICS, color_of, optional_metadata, with_metadata
from .image_input import MASKED, extra_inputs, find_image_input
from .options import OpenOptions, parse_size
from .pixel_scale import ProvenNormalization, resolve_normalization
from .recognition import (
    Assumption,
    Recognition,
    proven_options,
    recognise,
    recognise_as,
)

if TYPE_CHECKING:
    from ..decoders import OwnDecoder

_USUAL_HEAD: Final = "yolo"
"""The decoder of Ultralytics' own exports, whose boxes are computed."""


def describe(
    model: ModelFile,
    evidence: Evidence,
    options: OpenOptions,
    own: OwnDecoder | None = None,
) -> ModelCard:
    """Return a card for a file that has none.

    Args:
        model: The file.
        evidence: Takes what proves each choice and what is assumed.
        options: What the caller says; labels, color and resize are applied later.
        own: The decoder of somebody's own that the caller passed.

    Raises:
        UnsupportedModelError: There is no image input, or something that must not be
            guessed is not known.
    """
    ultralytics = optional_metadata(model, "ultralytics", evidence)
    metadata = optional_metadata(model, "tflite_metadata", evidence)
    published = Recognition("raw", "")
    if own is None:
        try:
            published, output, task = _output(model, ultralytics, evidence, options)
        except UnsupportedModelError as error:
            from .caller import picture_question, pixels_question, takes_picture

            if not takes_picture(model, options):
                raise UnsupportedModelError(picture_question(model, options)) from error
            rest = pixels_question(model, options, ultralytics, metadata)
            raise UnsupportedModelError(f"{error}{rest}") from error
        resize = published.resize or DECODERS[output.decoder].resize
    else:
        output, task = OutputCard(own.name), options.task or own.task
        resize = own.resize
        for choice in ("decoder", "task"):
            evidence.set(choice, f"{CALLER} (--decoder {own.name})")
    extras = extra_inputs(model, options.inputs or {})
    image = find_image_input(
        model,
        options.color,
        extras=[item.index for item in extras],
        size=parse_size(options.input_size),
    )
    if image is None and output.decoder == "image" and len(model.inputs) == 1:
        return ModelCard(
            name_as_text(model.path.with_suffix("")), "generation", None, output
        )
    if image is None:
        from .caller import picture_question

        raise UnsupportedModelError(picture_question(model, options))
    evidence.set(
        "size", f"input {image.spec.name!r} {'x'.join(map(str, image.spec.shape))}"
    )
    if image.spec.shape[-1] == MASKED and image.channels == 3:
        evidence.assume(
            "channels",
            "The fourth channel of the input is the mask of the frame before, and it "
            "is left empty; nothing in the file says so.",
        )
    color = color_of(image, ultralytics, metadata, evidence, published)
    if ultralytics is not None:
        resize = "letterbox" if resize == "letterbox" else "center-crop"
        evidence.set("resize", ULTRALYTICS)
    elif published.resize:
        evidence.set("resize", published.input_evidence)
    else:
        how, other = "stretched", "letterbox"
        if resize == "letterbox":
            how, other = "letterboxed", "stretch"
        evidence.assume(
            "resize",
            f"The picture is {how} to the input's size; nothing in the file says so. "
            f"Pass --resize {other} or center-crop for another way.",
        )
    if options.normalize is None:
        known = resolve_normalization(
            model, image, ultralytics, metadata, _published_normalization(published)
        )
    else:
        words = f"{CALLER} (--normalize {options.normalize})"
        known = ProvenNormalization((0.0,), (1.0,), words)
    evidence.set("normalization", known.words)
    return ModelCard(
        name=name_as_text(model.path.with_suffix("")),
        task=task,
        input=InputCard(
            image.width,
            image.height,
            color=color,
            resize=resize,
            mean=known.mean,
            std=known.std,
            interpolation=published.interpolation,
            pad_value=published.pad_value,
        ),
        output=with_metadata(model, output, ultralytics, metadata, evidence),
        extra_inputs=extras,
    )


def _published_normalization(kind: Recognition) -> ProvenNormalization | None:
    if not kind.normalize:
        return None
    from ..image import parse_normalize

    mean, std, _ = parse_normalize(kind.normalize)
    words = f"{kind.input_evidence} ({kind.normalize})"
    return ProvenNormalization(mean, std, words)


def _output(
    model: ModelFile,
    ultralytics: Mapping[str, Any] | None,
    evidence: Evidence,
    wanted: OpenOptions,
) -> tuple[Recognition, OutputCard, str]:
    """Return what is known, what the card says of the outputs, and the task."""
    task = wanted.task
    name = wanted.decoder if isinstance(wanted.decoder, str) else None
    known = _decoder(model, ultralytics, task, name)
    for option, why in known.option_evidence.items():
        if isinstance(why, Assumption):
            evidence.assume(f"{OPTION}{option}", why.sentence)
        else:
            evidence.set(f"{OPTION}{option}", why)
    evidence.set("decoder", known.evidence)
    evidence.set("task", known.evidence)
    if task is not None:
        evidence.set("task", f"{CALLER} (--task {task})")
    elif name is None:
        for choice, sentence in known.assumed.items():
            evidence.assume(choice, sentence)
    output = OutputCard(
        decoder=known.decoder, options=dict(known.options), labels=known.labels
    )
    if known.labels:
        evidence.set("labels", known.input_evidence)
    for note in known.notes:
        evidence.note(note)
    return known, output, task or known.task


def _decoder(
    model: ModelFile,
    ultralytics: Mapping[str, Any] | None,
    task: str | None,
    decoder: str | None,
) -> Recognition:
    """Return the decoder that the caller, the metadata or the tensors name.

    Raises:
        UnsupportedModelError: None of them names one.
        ValueError: No decoder has the caller's name for it.
    """
    name, words = "", f"{CALLER} (--task {task})"
    if decoder is not None:
        name, words = decoder, f"{CALLER} (--decoder {decoder})"
    elif task is not None and only_decoder(task):
        name = only_decoder(task)
    elif ultralytics is not None:
        kind = str(ultralytics.get("task"))
        fitting = _decoder_of_ultralytics(model, kind)
        if task in (None, DECODERS[fitting].task):
            name, words = fitting, f"{ULTRALYTICS} (task {kind!r})"
    if not name:
        recognition = recognise(model, task or "")
        if recognition is not None:
            return recognition
        name = decoder_of_task(task or "")
    if not name:
        from .caller import outputs_question

        raise UnsupportedModelError(outputs_question(model))
    decoder_entry(name)
    recognition = None if ultralytics else _recognised_as(name, model)
    if recognition is not None:
        # Whoever names the decoder still wants what the file proves.
        options, reasons = proven_options(model, name)
        return replace(
            recognition,
            evidence=words,
            options={**recognition.options, **options},
            option_evidence={**recognition.option_evidence, **reasons},
        )
    names = ultralytics.get("names") if ultralytics is not None else None
    count = len(names) if isinstance(names, (dict, list)) else 0
    options, reasons = proven_options(model, name, count)
    if name == "yolo-pose" and ultralytics is not None:
        shape = ultralytics.get("kpt_shape")
        if shape is not None:
            options = {**options, "keypoints": shape}
            reasons = {**reasons, "keypoints": ULTRALYTICS}
    return Recognition(name, words, options, reasons)


def _recognised_as(decoder: str, model: ModelFile) -> Recognition | None:
    try:
        return recognise_as(decoder, model)
    except UnsupportedModelError:
        return None  # a question that naming the decoder has answered


def _decoder_of_ultralytics(model: ModelFile, kind: str) -> str:
    """Return the decoder of an Ultralytics task; the tensors choose between two."""
    names = [name for name, entry in DECODERS.items() if entry.ultralytics == kind]
    if not kind or not names:
        known = sorted({entry.ultralytics for entry in DECODERS.values()} - {""})
        raise UnsupportedModelError(
            f"{model.name} is an Ultralytics model for {kind!r}, which no decoder "
            f"here reads. Known: {', '.join(known)}."
        )
    fitting = [name for name in names if _recognised_as(name, model)]
    if len(fitting) == 1:
        return fitting[0]
    return _USUAL_HEAD if _USUAL_HEAD in names else names[0]
