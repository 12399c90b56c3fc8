"""``edgevision enroll``: pictures of known things become a gallery."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from ..options import (
    card_option,
    decoder_option,
    echo_json,
    normalize_option,
    resize_option,
    trust_option,
    usage_errors,
)


@click.command()
@click.argument("model", type=click.Path())
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--output", "-o", required=True, type=click.Path(path_type=Path), help="The .npz."
)
@click.option(
    "--threshold",
    type=click.FloatRange(-1, 1),
    help="Similarity below which a picture is unknown; default: between the names.",
)
@normalize_option
@resize_option
@click.option("--decoder", help="embedding, where the outputs do not prove it.")
@decoder_option
@card_option
@trust_option
@click.option("--force", is_flag=True, help="Replace the gallery if it exists.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def enroll(
    model: str,
    folders: tuple[Path, ...],
    output: Path,
    threshold: float | None,
    force: bool,
    as_json: bool,
    **settings: Any,
) -> None:
    """Make a gallery from FOLDERS of pictures: one folder per name.

    A folder that holds folders has one name per folder in it. 'edgevision run MODEL
    --gallery FILE' then names what a camera sees, or says unknown.
    """
    from ...files import refuse_existing
    from ...runtime.gallery import enroll as work
    from ...runtime.opening import OpenOptions, open_model
    from ...runtime.tflite import ModelFile

    refuse_existing(output, force=force)
    given = {name: value for name, value in settings.items() if value}
    with usage_errors():
        loaded = open_model(model, OpenOptions(**given))
    with loaded:
        made = work(
            loaded,
            folders,
            threshold=threshold,
            model_sha256=ModelFile.open(Path(model)).sha256,
            progress=_progress if sys.stderr.isatty() else None,
        )
    made.gallery.save(output, force=force)
    for path in made.unreadable:
        click.echo(f"Not read: {path}", err=True)
    if as_json:
        echo_json(
            {
                "gallery": str(output),
                "pictures": len(made.gallery.labels),
                "names": dict(made.counts),
                "threshold": made.gallery.threshold,
                "recall": made.recall,
            }
        )
        return
    names = ", ".join(f"{name} ({count})" for name, count in made.counts.items())
    click.echo(f"{output}: {len(made.gallery.labels)} pictures of {names}")
    if made.recall is not None:
        click.echo(
            f"The nearest other picture has the same name for {made.recall:.1%}; "
            f"unknown below a similarity of {made.gallery.threshold:.3f}."
        )


def _progress(done: int, total: int) -> None:
    end = "\n" if done == total else ""
    click.echo(f"\r{done} of {total} pictures{end}", nl=False, err=True)
