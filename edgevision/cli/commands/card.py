"""``edgevision card``: write labels, normalization and the rest into a model file."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ...card import COLORS, TASKS
from ...errors import ModelError
from ..options import (
    common,
    echo_json,
    json_option,
    named_values_option,
    names_of_decoders,
    usage_errors,
)
from ..parameter_types import Size, Words
from ..paths import InputPath, ModelPath
from ..terminal import say
from ..usage import command, section

if TYPE_CHECKING:
    from ...card import ModelCard
    from ...runtime.tflite import ModelFile

_says = section("What the card says")


@command(
    examples=(
        "edgevision card net.tflite --labels labels.txt --normalize unit --force",
        "edgevision card net.tflite --option score_threshold=0.4 -o better.tflite",
        "edgevision card net.tflite --undo --force",
    ),
    stray={"": "--output", ".txt": "--labels", ".json": "--card"},
)
@click.argument("model", type=ModelPath())
@common(
    "--output",
    "-o",
    metavar="FILE.tflite",
    type=click.Path(dir_okay=False),
    help="The file to write.",
    shown_default="MODEL itself, which needs --force",
)
@common("--force", is_flag=True, help="Replace a file that exists.")
@common("--undo", is_flag=True, help="Remove what this command wrote.")
@_says(
    "--labels",
    metavar="FILE",
    type=InputPath(),
    help="A label file: one label per line.",
)
@_says(
    "--normalize",
    metavar="RULE",
    help="The pixel values that the model was trained on: raw (0 to 255), unit (0 to "
    "1), signed (-1 to 1), torch, caffe or mean=..,std=..",
)
@_says(
    "--color",
    type=click.Choice(COLORS),
    help="The channel order that the model was trained on.",
)
@_says(
    "--resize",
    metavar="RULE",
    help="How a picture is brought to the input's size: stretch, letterbox or "
    "center-crop[:FRACTION].",
)
@_says(
    "--input-size",
    metavar="WxH",
    type=Size(),
    help="The size of the pictures, for a file that leaves it open or takes all pixels "
    "in one row.",
)
@_says(
    "--task",
    metavar="TASK",
    type=click.Choice(TASKS),
    help=f"What the model does: {', '.join(TASKS)}.",
)
@_says(
    "--decoder",
    metavar="NAME",
    help="What turns the outputs into a result, such as yolo.",
    shell_complete=names_of_decoders,
)
@named_values_option(
    "An option of the decoder, such as score_threshold=0.4; repeat for more.",
    group=_says,
)
@_says("--name", metavar="NAME", type=Words(), help="The model's short name.")
@_says(
    "--card",
    metavar="FILE.json",
    type=InputPath(),
    help="Begin with this card, instead of the one in the file.",
)
@json_option
def card(
    model: str,
    output: str | None,
    undo: bool,
    force: bool,
    as_json: bool,
    name: str | None,
    options: dict[str, Any] | None,
    **settings: Any,
) -> None:
    """Write labels, normalization and more into a model file.

    MODEL is a .tflite file; its graph does not change. The facts are written as a
    model card and as TFLite Metadata. What you do not pass is kept from the card in
    the file, or is what 'edgevision inspect' shows.
    """
    from ...files import refuse_existing

    out = Path(output or model)
    if undo and (options or name or any(settings.values())):
        raise click.UsageError("--undo takes no other settings.")
    refuse_existing(out, force=force)
    chosen = {key: value for key, value in settings.items() if value is not None}
    from ...runtime.tflite import ModelFile, check_model

    source = ModelFile.open(model)
    check_model(source)
    if undo:
        _undo(source, out)
        say(json.dumps({"output": str(out)}) if as_json else str(out))
        return
    with usage_errors():
        new_card, evidence, as_run = _card(source, name, options, chosen)
        if options or {"decoder", "task"} & set(chosen):
            _check_decoder(as_run, new_card)
    notes = _write(source, out, new_card)
    for note in notes:
        say(f"Note: {note}", err=True)
    if as_json:
        echo_json(
            {
                "output": str(out),
                "card": new_card.to_dict(),
                "evidence": evidence,
                "notes": list(notes),
            }
        )
    else:
        say(str(out))


def _card(
    source: ModelFile,
    name: str | None,
    options: dict[str, Any] | None,
    chosen: dict[str, Any],
) -> tuple[ModelCard, dict[str, str], ModelFile]:
    """Return the new card, what proves its choices, and the file as it is run."""
    from ...runtime.opening import CARD, OpenOptions, file_as_run, resolve

    if "decoder" in chosen:
        from ...runtime.decoders import check_for_card

        check_for_card(chosen["decoder"])
    opening = OpenOptions(options=options, **chosen)
    as_run, _ = file_as_run(source, opening)
    resolved = resolve(as_run, opening)
    card, evidence = resolved.card, dict(resolved.evidence)
    is_foreign = source.card is None and "card" not in chosen
    if is_foreign and "normalize" not in chosen:
        card = _with_raw_pixels(as_run, card)
    before = card.provenance.get("evidence", {})
    if isinstance(before, dict):
        # Keep what the card says of a choice that it still makes.
        kept = {k: v for k, v in before.items() if evidence.get(k) in (None, CARD)}
        evidence = {**evidence, **kept}
    card = replace(card, provenance={**card.provenance, "evidence": evidence})
    if name is not None:
        card = replace(card, name=name)
    old = source.card
    if card.check and (old is None or card.input != old.input):
        # The stored answers belong to pictures that were prepared in another way.
        card = replace(card, check={})
    return card, evidence, as_run


def _check_decoder(source: ModelFile, card: ModelCard) -> None:
    """Refuse a decoder or options that the file could not be run with.

    Raises:
        EdgeVisionError: The decoder does not read the file's outputs.
        ValueError: An option is unknown, of another type or out of range.
    """
    from ...runtime.decoders import make_decoder

    make_decoder(card, source.outputs)


def _with_raw_pixels(source: ModelFile, card: ModelCard) -> ModelCard:
    """Use pixels as they are where that changes at most one level, as 'run' does."""
    from ...runtime.opening import pass_through

    if card.input is None or len(source.inputs) != 1:
        return card
    raw = pass_through(card.input, source.inputs[0])
    return card if raw is None else replace(card, input=raw)


def _write(source: ModelFile, out: Path, card: ModelCard) -> tuple[str, ...]:
    from ...converters.write import attach_file, peer_notes

    attach_file(source, out, card)
    return peer_notes(source, card)


def _undo(source: ModelFile, out: Path) -> None:
    from ...converters.write import detach_file, is_attached

    if not is_attached(source):
        raise ModelError(
            f"{source.path} holds nothing that 'edgevision card' wrote, so there is "
            "nothing to undo."
        )
    detach_file(source, out)
