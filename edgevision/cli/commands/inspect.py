"""``edgevision inspect``: what a model is, how it would run, what can run it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ...errors import ModelError
from ..options import (
    backend_option,
    card_option,
    color_option,
    common,
    decoder_name_option,
    decoder_option,
    delegate_option,
    echo_json,
    input_size_option,
    json_option,
    labels_option,
    normalize_option,
    output,
    resize_option,
    task_option,
    usage_errors,
)
from ..options import (
    model as model_section,
)
from ..paths import AnyModelPath
from ..reports import (
    columns,
    fill_model_page,
    folder_table,
    keras_lines,
    model_lines,
)
from ..tensor_options import head_option, input_values_option
from ..terminal import say
from ..usage import command

if TYPE_CHECKING:
    from ...runtime.tflite import ModelFile


@command(
    examples=(
        "edgevision inspect net.tflite",
        "edgevision inspect net.tflite --normalize unit --labels labels.txt",
        "edgevision inspect models/ --report models.html",
    ),
    stray={"": "--report"},
)
@click.argument("file", type=AnyModelPath())
@common(
    "--check",
    is_flag=True,
    help="Run the golden check of the model card: does the model compute here what it "
    "computed where it was converted?",
)
@common("--tensors", is_flag=True, help="List every tensor.")
@common(
    "--no-run",
    is_flag=True,
    help="Only read the file; do not try it in a process of its own.",
)
@json_option
@output(
    "--report",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    help="Write the same as a page (.html) or as JSON (.json).",
)
@output("--force", is_flag=True, help="Replace a report that exists.")
@labels_option
@normalize_option
@color_option
@resize_option
@input_size_option
@task_option
@decoder_name_option
@decoder_option
@input_values_option(
    "What fills an input beside the picture: a number, numbers with commas between, a "
    "file of numbers (.npy), a picture, or @MODEL.tflite:PICTURE for the answer of "
    "another model. Repeat for more.",
    takes_files=True,
)
@head_option(model_section)
@card_option
@backend_option
@delegate_option
def inspect(
    file: str,
    as_json: bool,
    report: str | None,
    tensors: bool,
    check: bool,
    no_run: bool,
    force: bool,
    **settings: Any,
) -> None:
    """Show what a model is, how it would run and why, and what can run it.

    FILE is a .tflite, .keras or .h5 file, a SavedModel folder, or a folder of .tflite
    files, which are shown as one row each.
    """
    if report is not None:
        from ...files import refuse_existing

        if Path(report).suffix not in (".html", ".json"):
            raise click.BadParameter(
                f"'{report}' must end in .html or .json.", param_hint="--report"
            )
        refuse_existing(report, force=force)
    path = Path(file)
    said = {name: value for name, value in settings.items() if value is not None}
    if said and path.suffix.lower() != ".tflite":
        raise click.UsageError(f"--{next(iter(said))} is for a .tflite file.")
    with usage_errors():
        facts, lines = _look(path, said, tensors=tensors, check=check, run=not no_run)
    if report is not None:
        _write(path, facts, report, force=force)
    if as_json:
        echo_json(facts)
    else:
        say(*lines)
    if check and not facts["check"]["passed"]:
        raise ModelError(
            f"{path.name} does not compute here what it computed where it was made: "
            f"{facts['check']['words']}. Run it with another "
            "--backend, or with --delegate none."
        )


def _look(
    path: Path, said: dict[str, Any], *, tensors: bool, check: bool, run: bool
) -> tuple[dict[str, Any], list[str]]:
    is_saved_model = (path / "saved_model.pb").is_file()
    if path.is_dir() and not is_saved_model:
        if check:
            raise click.UsageError("--check takes one model, not a folder.")
        rows = _folder(path)
        return {"models": rows}, columns(*folder_table(rows))
    from ...converters.keras import SUFFIXES, summarise_keras

    if path.suffix.lower() in SUFFIXES:
        if check:
            raise click.UsageError("--check takes a .tflite file.")
        facts = summarise_keras(path)
        return facts, keras_lines(facts)
    from ...runtime.opening import OpenOptions
    from ...runtime.opening.inspection import inspect_model
    from ...runtime.tflite import ModelFile

    file = ModelFile.open(path)
    facts = inspect_model(
        file, options=OpenOptions(**said), run=run, tensors=tensors
    ).to_dict()
    if check:
        facts["check"] = _golden(file)
    return facts, model_lines(facts)


def _folder(path: Path) -> list[dict[str, Any]]:
    from ...runtime.opening.inspection import summarise

    files = sorted(path.glob("*.tflite"))
    if not files:
        raise ModelError(
            f"{path} holds no .tflite file. Pass a model file, or the folder they are "
            "in."
        )
    return [summarise(item).to_dict() for item in files]


def _golden(file: ModelFile) -> dict[str, Any]:
    from ...runtime.golden import golden_check as golden
    from ...runtime.interpreter import Interpreter
    from ...runtime.opening import gate

    model = gate.admit(file.path, content=file.content)
    card = model.card
    if card is None or not card.check:
        raise ModelError(
            f"{model.name} has no golden check: its card is "
            f"{'without one' if card else 'missing'}. Convert it with "
            "'edgevision convert'."
        )
    interpreter = Interpreter(model.content)
    try:
        return golden.check(card.check, interpreter, card.input).to_dict()
    finally:
        interpreter.close()


def _write(path: Path, facts: dict[str, Any], report: str, *, force: bool) -> None:
    import json

    from ...files import write_text
    from ...html import Page

    if report.endswith(".json"):
        text = json.dumps(facts, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
        write_text(report, text, force=force)
        return
    page = Page(path.name or str(path), "What it is, how it would be run, and why.")
    if "models" in facts:
        page.table(*folder_table(facts["models"]))
    elif "keras_version" in facts:
        page.code("\n".join(keras_lines(facts)))
    else:
        fill_model_page(page, facts)
    write_text(report, page.render(), force=force)
