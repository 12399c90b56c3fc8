"""How a model is run, and why: ``resolve(model_file, options)``.

Order of belief: what the caller passes, then the model card, then Ultralytics' embedded
metadata, then TFLite Metadata, then what the tensors prove. What none of them can say
is an assumption that is stated; the normalization is never assumed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ... import card as model_card
from ...card import ModelCard
from ...errors import UnsupportedModelError, unknown_name
from ...files import name_as_text
from ..decoders import DECODERS, decoder_entry
from ..tflite import ModelFile
from .evidence import ASSUMED, CALLER, OPTION, Evidence, Settings
from .image_input import find_image_input
from .options import OpenOptions
from .stated_card import stated_card

if TYPE_CHECKING:
    from ..decoders import OwnDecoder


def resolve(model: ModelFile, options: OpenOptions | None = None) -> Settings:
    """Decide how a model is run.

    Args:
        model: The file.
        options: What the caller says; None means nothing.

    Raises:
        ModelCardError: The card cannot be read.
        UnsupportedModelError: The model has no image input, its card disagrees with its
            tensors, or something that must not be guessed is not known.
        ValueError: An option is not one of the known names.
    """
    options = options or OpenOptions()
    if options.task is not None and options.task not in model_card.TASKS:
        raise ValueError(unknown_name("task", options.task, model_card.TASKS))
    has_heads = False
    if options.heads:
        from .caller import with_heads

        options, has_heads = with_heads(model, options), True
    own = None
    if not (options.decoder is None or options.decoder in tuple(DECODERS)):
        from ..decoders import find_own_decoder

        own = find_own_decoder(options.decoder)
    evidence = Evidence()
    stated, source = stated_card(model, options.card)
    if stated is not None:
        card = _from_card(model, stated, source, evidence)
    else:
        # Imported here: what runs again and again has a card, and start-up counts.
        from .without_card import describe

        card = describe(model, evidence, options, own)
    card = _override_output(model, card, evidence, options, own)
    if has_heads:
        for choice in ("task", "decoder"):
            evidence.set(choice, f"{CALLER} (--head)")
    card = _override_input(model, card, evidence, options, has_card=stated is not None)
    if stated is None and card.output.decoder in ("image", "text"):
        from .output_assumptions import with_output_assumptions

        card = with_output_assumptions(card, evidence)
    return Settings(card, evidence.sources, evidence.assumptions, own)


def _from_card(
    model: ModelFile, card: ModelCard, source: str, evidence: Evidence
) -> ModelCard:
    assumed = card.provenance.get("evidence")

    def prove(name: str) -> None:
        was = assumed.get(name) if isinstance(assumed, dict) else None
        is_assumed = str(was).startswith(ASSUMED)
        words = f"{source}, which assumed it" if is_assumed else source
        evidence.set(name, words)

    for name in ("task", "decoder", "labels"):
        prove(name)
    if card.input is not None:
        image = find_image_input(
            model,
            card.input.color,
            extras=[item.index for item in card.extra_inputs],
            size=(card.input.width, card.input.height),
        )
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
            prove(name)
    for name in card.output.options:
        prove(f"{OPTION}{name}")
    return card


def _override_output(
    model: ModelFile,
    card: ModelCard,
    evidence: Evidence,
    options: OpenOptions,
    own: OwnDecoder | None,
) -> ModelCard:
    labels, task = options.labels, options.task
    decoder = options.decoder if isinstance(options.decoder, str) else None
    if own is not None:
        decoder = own.name
    if labels is not None:
        if isinstance(labels, (str, Path)):
            from ..labels import read_labels

            texts = read_labels(labels)
            source = str(labels)
            # The name without its folder: a card keeps this, and folders are private.
            evidence.set("labels", f"{CALLER} ({name_as_text(labels)})")
        else:
            texts, source = tuple(labels), "the labels"
            evidence.set("labels", CALLER)
        from ..labels import split_labels

        texts, parents = split_labels(texts, name=source)
        card = card.with_output(labels=texts, hierarchy=parents)
    if decoder is not None and decoder != card.output.decoder:
        # Options belong to the decoder that they were written for.
        card = card.with_output(decoder=decoder, options={})
        evidence.forget_options()
        evidence.set("decoder", f"{CALLER} (--decoder {decoder})")
        if own is None:
            task = task or decoder_entry(decoder).task
        elif own.task != "raw":
            # One that does not say its task leaves it to the card.
            task = task or own.task
    if task is not None and task != card.task:
        card = replace(card, task=task)
        evidence.set("task", f"{CALLER} (--task {task})")
    of_decoder = options.decoder_options
    if of_decoder:
        if card.output.decoder == "heads":
            from .caller import with_head_options

            joined = with_head_options(card.output.options, of_decoder)
        else:
            kept = _without_contradictions(card.output.options, of_decoder)
            joined = {**kept, **of_decoder}
        card = card.with_output(options=joined)
        for name in of_decoder:
            evidence.set(f"{OPTION}{name}", CALLER)
        logits = card.output.options.get("activation") == "softmax"
        if logits and of_decoder.get("multi_label") and "activation" not in of_decoder:
            # The logits of labels that do not exclude each other.
            several = {**card.output.options, "activation": "sigmoid"}
            card = card.with_output(options=several)
            evidence.set(f"{OPTION}activation", f"{CALLER} (multi_label)")
    _check_labels(model, card, evidence, from_caller=labels is not None)
    return card


def _without_contradictions(
    options: Mapping[str, Any], of_caller: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the options of a file that do not say what the caller says otherwise."""
    units = {"pixels", "mean", "std"}
    is_map = of_caller.get("kind") == "map"
    gone = units if is_map or units & set(of_caller) else set()
    return {name: value for name, value in options.items() if name not in gone}


def _check_labels(
    model: ModelFile, card: ModelCard, evidence: Evidence, *, from_caller: bool
) -> None:
    texts = card.output.labels
    if from_caller and card.output.decoder == "heads":
        raise UnsupportedModelError(
            f"{model.name} has several heads, each with labels of its own, so --labels "
            "fits none. Pass them behind a head: --head NAME=classification:LABELS."
        )
    if not texts:
        has_classes = card.task in ("classification", "detection", "segmentation")
        if has_classes:
            evidence.assume(
                "labels",
                "Labels are class numbers; the file has no names. Pass --labels.",
            )
        else:
            evidence.set("labels", "the task has no classes")
        return
    if card.output.decoder != "classifier" or len(model.outputs) != 1:
        return
    classes = model.outputs[0].shape[-1] if model.outputs[0].shape else 0
    # One value is the score of the second of two classes.
    classes = 2 if classes == 1 else classes
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
    evidence.note(f"{sentence}.")


def _override_input(
    model: ModelFile,
    card: ModelCard,
    evidence: Evidence,
    options: OpenOptions,
    *,
    has_card: bool,
) -> ModelCard:
    normalize, color, resize = options.normalize, options.color, options.resize
    if normalize is not None:
        from ..image import parse_normalize

        mean, std, implied = parse_normalize(normalize)
        card = card.with_input(mean=mean, std=std)
        evidence.set("normalization", f"{CALLER} (--normalize {normalize})")
        if color is None and implied is not None:
            if has_card and card.input is not None and card.input.color != implied:
                evidence.note(
                    f"--normalize {normalize} implies {implied}, but the card says "
                    f"{card.input.color}, which is kept. Pass --color to say which."
                )
            elif not has_card:
                card = card.with_input(color=implied)
                evidence.set("color", f"--normalize {normalize} implies it")
    if color is not None:
        image = find_image_input(
            model,
            color,
            extras=[item.index for item in card.extra_inputs],
            size=(card.input.width, card.input.height) if card.input else None,
        )
        if image is None or image.channels != (1 if color == "gray" else 3):
            raise UnsupportedModelError(
                f"{model.name} cannot take {color} pictures: its input has "
                f"{image.channels if image else 0} channels."
            )
        card = card.with_input(color=color)
        evidence.set("color", f"{CALLER} (--color {color})")
    shown = card.input
    has_one_channel = shown is not None and shown.color == "gray"
    numbers = len(shown.mean) if shown is not None else 1
    if normalize is not None and has_one_channel and numbers > 1:
        raise ValueError(
            f"--normalize {normalize} has three numbers, one for each colour, and "
            f"{model.name} takes gray pictures. Pass raw, unit, signed or one mean "
            "and one std, such as mean=127.5,std=127.5."
        )
    if resize is not None:
        from ..image import parse_resize

        rule, fraction = parse_resize(resize)
        card = card.with_input(resize=rule, crop_fraction=fraction)
        evidence.set("resize", f"{CALLER} (--resize {resize})")
    return card
