"""Decide how a model is run, and say why: ``resolve(model_file, ...)``.

Order of belief: what the caller passes, then the model card, then Ultralytics' embedded
metadata, then TFLite Metadata, then what the tensors prove. What none of them can say
is an assumption that is stated; the normalization is never assumed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from .. import card as model_card
from ..card import InputCard, ModelCard, OutputCard
from ..errors import ModelCardError, ModelError, UnsupportedModelError, unknown_name
from .image_input import (
    Evidence,
    ImageInput,
    find_image_input,
    resolve_normalization,
)
from .labels import labels_from, parse_label_lines, read_labels
from .model_file import ModelFile
from .normalization import parse_normalize
from .recognition import (
    DECODER_TASKS,
    LETTERBOXED,
    classifier_activation,
    recognise,
)
from .tflite_metadata import Metadata

_CARD: Final = f"model card ({model_card.FILE_NAME})"
_ULTRALYTICS: Final = "Ultralytics' embedded metadata"
_METADATA: Final = "TFLite Metadata"
_CALLER: Final = "the caller"

_ULTRALYTICS_DECODERS: Final = {
    "classify": "classifier",
    "detect": "yolo",
}
_MAX_LABELS: Final = 16 * 2**20


@dataclass(frozen=True)
class Settings:
    """Say how a model is run, and how each choice is known.

    Attributes:
        card: Everything that running needs.
        evidence: Choice -> what proves it: task, decoder, size, color, resize,
            normalization, labels, and ``options.<name>``.
        assumptions: Sentences for what nothing proves.
    """

    card: ModelCard
    evidence: Mapping[str, str]
    assumptions: tuple[str, ...]


@dataclass
class _Findings:
    """Collect evidence while a model is resolved."""

    evidence: dict[str, str] = field(default_factory=dict)
    assumptions: list[str] = field(default_factory=list)


def parse_resize(text: str) -> tuple[str, float]:
    """Read ``stretch``, ``letterbox``, ``center-crop`` or ``center-crop:FRACTION``.

    Returns:
        The rule, and the share (by side) that center-crop keeps.

    Raises:
        ValueError: The text is none of them.
    """
    rule, colon, fraction = text.strip().lower().partition(":")
    if rule not in model_card.RESIZE_RULES:
        raise ValueError(unknown_name("resize rule", text, model_card.RESIZE_RULES))
    if not colon:
        return rule, 1.0
    try:
        share = float(fraction)
    except ValueError:
        share = 0.0
    if rule != "center-crop" or not 0 < share <= 1:
        raise ValueError(
            f"A fraction above 0 and at most 1 may follow center-crop, got {text!r}. "
            "Write center-crop:0.875."
        )
    return rule, share


def resolve(
    model: ModelFile,
    *,
    labels: str | Path | Sequence[str] | None = None,
    normalize: str | None = None,
    color: str | None = None,
    resize: str | None = None,
    task: str | None = None,
    decoder: str | None = None,
    options: Mapping[str, Any] | None = None,
    card: ModelCard | str | Path | None = None,
) -> Settings:
    """Decide how a model is run.

    Args:
        model: The file.
        labels: A label file, or one text per class.
        normalize: What ``parse_normalize`` reads.
        color: rgb, bgr or gray.
        resize: What ``parse_resize`` reads.
        task: A name from ``edgevision.card.TASKS``.
        decoder: A decoder's name.
        options: Options of the decoder, over those of the file.
        card: A card, or the path of one, instead of the file's own.

    Raises:
        ModelCardError: The card cannot be read.
        UnsupportedModelError: The model has no image input, its card disagrees with its
            tensors, or something that must not be guessed is not known.
        ValueError: An argument is not one of the known names.
    """
    given, source = _given_card(model, card)
    findings = _Findings()
    if given is not None:
        found = _from_card(model, given, source, findings)
    else:
        found = _from_file(model, findings, normalize, color, task, decoder)
    found = _override_output(model, found, findings, labels, task, decoder, options)
    found = _override_input(
        model, found, findings, normalize, color, resize, given is not None
    )
    return Settings(found, findings.evidence, tuple(findings.assumptions))


def _given_card(
    model: ModelFile, card: ModelCard | str | Path | None
) -> tuple[ModelCard | None, str]:
    if isinstance(card, ModelCard):
        return card, f"{_CALLER}'s card"
    if card is None:
        return model.card, _CARD
    try:
        text = Path(card).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ModelCardError(
            f"Cannot read the model card {card}: {error}. "
            "Pass a JSON file like the one that 'edgevision inspect --json' shows."
        ) from error
    return ModelCard.from_json(text), f"{_CALLER}'s card {card}"


def _from_card(
    model: ModelFile, card: ModelCard, source: str, findings: _Findings
) -> ModelCard:
    for name in ("task", "decoder", "labels"):
        findings.evidence[name] = source
    if card.input is not None:
        image = find_image_input(model, card.input.color)
        stated = (card.input.width, card.input.height, card.input.channels)
        if image is None or stated != (image.width, image.height, image.channels):
            first = model.inputs[0] if model.inputs else None
            shape = "x".join(map(str, first.shape)) if first else "nothing"
            raise UnsupportedModelError(
                f"{model.name} has input {shape} {first.dtype if first else ''}, but "
                f"its card says {card.input.width}x{card.input.height} pixels "
                f"{card.input.color}. Convert again, or pass --card."
            )
        for name in ("size", "color", "resize", "normalization"):
            findings.evidence[name] = source
    for name in card.output.options:
        findings.evidence[f"options.{name}"] = source
    return card


def _from_file(
    model: ModelFile,
    findings: _Findings,
    normalize: str | None,
    color: str | None,
    task: str | None,
    decoder: str | None,
) -> ModelCard:
    """Build a card for a file that has none."""
    ultralytics = _optional(model, "ultralytics", findings)
    metadata = _optional(model, "tflite_metadata", findings)
    output, found_task = _output(model, ultralytics, findings, task, decoder)
    image = find_image_input(model, color)
    if image is None:
        raise UnsupportedModelError(_no_image_input(model))
    findings.evidence["size"] = (
        f"input {image.spec.name!r} {'x'.join(map(str, image.spec.shape))}"
    )
    found_color = _color(image, ultralytics, metadata, findings, color)
    if ultralytics is not None:
        resize = "letterbox" if output.decoder in LETTERBOXED else "center-crop"
        findings.evidence["resize"] = _ULTRALYTICS
    else:
        resize = "letterbox" if output.decoder in LETTERBOXED else "stretch"
        findings.evidence["resize"] = "assumed"
        findings.assumptions.append(
            f"The picture is {'letterboxed' if resize == 'letterbox' else 'stretched'} "
            "to the input's size; nothing in the file says how it was trained."
        )
    known = Evidence((0.0,), (1.0,), f"{_CALLER} (--normalize {normalize})")
    if normalize is None:
        known = resolve_normalization(model, image, ultralytics, metadata)
    findings.evidence["normalization"] = known.words
    return ModelCard(
        name=model.path.stem,
        task=found_task,
        input=InputCard(
            image.width,
            image.height,
            color=found_color,
            resize=resize,
            mean=known.mean,
            std=known.std,
        ),
        output=_with_metadata(model, output, ultralytics, metadata, findings),
    )


def _optional(model: ModelFile, attribute: str, findings: _Findings) -> Any:
    """Return metadata that a model may lack; damaged metadata is said, not used."""
    try:
        return getattr(model, attribute)
    except ModelCardError:
        raise
    except ModelError as error:
        findings.assumptions.append(f"Not used: {error}")
        return None


def _output(
    model: ModelFile,
    ultralytics: Mapping[str, Any] | None,
    findings: _Findings,
    task: str | None,
    decoder: str | None,
) -> tuple[OutputCard, str]:
    name = decoder
    options: Mapping[str, Any] = {}
    words = f"{_CALLER} (--decoder {decoder})"
    if name is None and task == "classification":
        name, words = "classifier", f"{_CALLER} (--task {task})"
    if name is None and ultralytics is not None:
        kind = str(ultralytics.get("task"))
        name = _ULTRALYTICS_DECODERS.get(kind)
        words = f"{_ULTRALYTICS} (task {kind!r})"
        if name is None:
            raise UnsupportedModelError(
                f"{model.name} is an Ultralytics model for {kind!r}, which no decoder "
                "here reads. Known: classify, detect."
            )
    if name is None:
        found = recognise(model)
        if found is None:
            shapes = ", ".join(
                "x".join(map(str, s.shape)) or "?" for s in model.outputs
            )
            raise UnsupportedModelError(
                f"The outputs of {model.name} ({shapes}) do not show what they mean. "
                f"Pass --decoder, one of {', '.join(DECODER_TASKS)}."
            )
        name, options, words = found.decoder, found.options, found.evidence
        for option, why in found.option_evidence.items():
            findings.evidence[f"options.{option}"] = why
    elif name == "classifier" and len(model.outputs) == 1:
        activation, why = classifier_activation(model)
        options = {"activation": activation}
        findings.evidence["options.activation"] = why
    findings.evidence["decoder"] = words
    findings.evidence["task"] = words
    if task is not None:
        findings.evidence["task"] = f"{_CALLER} (--task {task})"
    implied = DECODER_TASKS.get(name, "")
    if not implied and task is None:
        raise ValueError(unknown_name("decoder", name, DECODER_TASKS))
    return OutputCard(decoder=name, options=dict(options)), task or implied


def _color(
    image: ImageInput,
    ultralytics: Mapping[str, Any] | None,
    metadata: Metadata | None,
    findings: _Findings,
    color: str | None,
) -> str:
    if image.channels == 1:
        findings.evidence["color"] = "the input has one channel"
        return "gray"
    if ultralytics is not None:
        findings.evidence["color"] = _ULTRALYTICS
    elif metadata is not None and metadata.inputs and metadata.inputs[0].color == "rgb":
        findings.evidence["color"] = _METADATA
    else:
        findings.evidence["color"] = "assumed"
        if color is None:
            findings.assumptions.append(
                "Channels are red, green, blue; nothing in the file says so."
            )
    return "rgb"


def _with_metadata(
    model: ModelFile,
    output: OutputCard,
    ultralytics: Mapping[str, Any] | None,
    metadata: Metadata | None,
    findings: _Findings,
) -> OutputCard:
    """Add labels and thresholds that metadata in the file states."""
    labels: Sequence[str] = ()
    if ultralytics is not None:
        labels = labels_from(ultralytics.get("names"), f"{model.name} (Ultralytics)")
        findings.evidence["labels"] = _ULTRALYTICS
    elif metadata is not None:
        for tensor in metadata.outputs:
            if tensor.label_file is not None and not labels:
                labels = _metadata_labels(model, tensor.label_file.name, findings)
            threshold = tensor.score_threshold
            if threshold is not None and 0 < threshold < 1:
                options = {**output.options, "score_threshold": threshold}
                output = replace(output, options=options)
                findings.evidence["options.score_threshold"] = _METADATA
    return replace(output, labels=tuple(labels))


def _metadata_labels(
    model: ModelFile, name: str, findings: _Findings
) -> tuple[str, ...]:
    try:
        data = model.archive.read(name, limit=_MAX_LABELS)
        if data is None:
            why = model.archive.problem or "the file behind the model is missing"
            findings.assumptions.append(
                f"The labels {name!r} that TFLite Metadata names are not used: {why}."
            )
            return ()
        labels = parse_label_lines(data, name=f"{model.name}: {name}")
    except ModelError as error:
        findings.assumptions.append(f"Not used: {error}")
        return ()
    findings.evidence["labels"] = f"{_METADATA} ({name})"
    return labels


def _override_output(
    model: ModelFile,
    card: ModelCard,
    findings: _Findings,
    labels: str | Path | Sequence[str] | None,
    task: str | None,
    decoder: str | None,
    options: Mapping[str, Any] | None,
) -> ModelCard:
    if labels is not None:
        if isinstance(labels, (str, Path)):
            texts = read_labels(labels)
            findings.evidence["labels"] = f"{_CALLER} ({labels})"
        else:
            texts = tuple(labels)
            findings.evidence["labels"] = _CALLER
        card = card.with_output(labels=texts)
    if decoder is not None and decoder != card.output.decoder:
        # Options belong to the decoder that they were written for.
        card = card.with_output(decoder=decoder, options={})
        for name in [n for n in findings.evidence if n.startswith("options.")]:
            del findings.evidence[name]
        findings.evidence["decoder"] = f"{_CALLER} (--decoder {decoder})"
        task = task or DECODER_TASKS.get(decoder)
    if task is not None and task != card.task:
        card = replace(card, task=task)
        findings.evidence["task"] = f"{_CALLER} (--task {task})"
    if options:
        card = card.with_output(options={**card.output.options, **options})
        for name in options:
            findings.evidence[f"options.{name}"] = _CALLER
    _check_labels(model, card, findings, from_caller=labels is not None)
    return card


def _check_labels(
    model: ModelFile, card: ModelCard, findings: _Findings, *, from_caller: bool
) -> None:
    texts = card.output.labels
    if not texts:
        findings.evidence["labels"] = "assumed"
        if card.task in ("classification", "detection", "segmentation"):
            findings.assumptions.append(
                "Labels are class numbers; the file has no names. Pass --labels."
            )
        return
    if card.output.decoder != "classifier" or len(model.outputs) != 1:
        return
    classes = model.outputs[0].shape[-1] if model.outputs[0].shape else 0
    if len(texts) == classes:
        return
    sentence = f"{model.name} has {classes} classes, but {len(texts)} labels"
    if classes == len(texts) + 1:
        sentence += (
            "; the first class is often 'background', so the labels may lack that line"
        )
    elif classes == len(texts) - 1:
        sentence += "; the labels may have a 'background' line that the model lacks"
    if from_caller:
        raise UnsupportedModelError(f"{sentence}. Pass one label per class.")
    findings.assumptions.append(f"{sentence}.")


def _override_input(
    model: ModelFile,
    card: ModelCard,
    findings: _Findings,
    normalize: str | None,
    color: str | None,
    resize: str | None,
    has_card: bool,
) -> ModelCard:
    if normalize is not None:
        mean, std, implied = parse_normalize(normalize)
        card = card.with_input(mean=mean, std=std)
        findings.evidence["normalization"] = f"{_CALLER} (--normalize {normalize})"
        if color is None and implied is not None:
            if has_card and card.input is not None and card.input.color != implied:
                findings.assumptions.append(
                    f"--normalize {normalize} implies {implied}, but the card says "
                    f"{card.input.color}, which is kept. Pass --color to say which."
                )
            elif not has_card:
                card = card.with_input(color=implied)
                findings.evidence["color"] = f"--normalize {normalize} implies it"
                findings.assumptions[:] = [
                    text for text in findings.assumptions if "Channels are" not in text
                ]
    if color is not None:
        image = find_image_input(model, color)
        if image is None or image.channels != (1 if color == "gray" else 3):
            raise UnsupportedModelError(
                f"{model.name} cannot take {color} pictures: its input has "
                f"{image.channels if image else 0} channels."
            )
        card = card.with_input(color=color)
        findings.evidence["color"] = f"{_CALLER} (--color {color})"
    if resize is not None:
        rule, fraction = parse_resize(resize)
        card = card.with_input(resize=rule, crop_fraction=fraction)
        findings.evidence["resize"] = f"{_CALLER} (--resize {resize})"
        findings.assumptions[:] = [
            text for text in findings.assumptions if "The picture is" not in text
        ]
    return card


def _no_image_input(model: ModelFile) -> str:
    shapes = ", ".join(
        f"{spec.name or 'unnamed'!r} {'x'.join(map(str, spec.shape)) or 'scalar'} "
        f"{tensor.type_name.lower()}"
        for spec, tensor in zip(model.inputs, model.input_tensors, strict=True)
    )
    return (
        f"{model.name} has no image input; it has {shapes or 'no inputs'}, and one of "
        "1 x height x width x 3 (or 1) was expected. Run it from Python with arrays."
    )
