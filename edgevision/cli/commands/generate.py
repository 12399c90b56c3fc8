"""``edgevision generate``: pictures from random numbers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ...errors import SinkError
from ..options import (
    backend_option,
    common,
    delegate_option,
    echo_json,
    json_option,
    speed,
    trust_option,
    usage_errors,
)
from ..options import output as output_options
from ..paths import ModelPath
from ..terminal import say
from ..usage import command

if TYPE_CHECKING:
    from ...runtime.model import Model
    from ...runtime.results import Generation


@command(
    examples=(
        "edgevision generate -o grid.png",
        "edgevision generate gan.tflite -n 64 --seed 7 -o grid.png",
        "edgevision generate gan.tflite --each pictures/ --scale 4",
    ),
    stray={"": "--output"},
)
@click.argument("model", type=ModelPath(), required=False)
@common(
    "-o",
    "--output",
    metavar="FILE.png",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write all pictures as one grid; the suffix chooses the format.",
)
@common(
    "--each",
    metavar="FOLDER",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write each picture into this folder, as 0000.png and so on.",
)
@common(
    "-n",
    "--count",
    type=click.IntRange(1, 10_000),
    default=16,
    metavar="N",
    help="How many pictures to make.",
)
@common(
    "--seed",
    type=click.IntRange(0, 2**32 - 1),
    default=0,
    metavar="N",
    help="The random seed of all pictures.",
)
@common("--force", is_flag=True, help="Replace files that exist.")
@output_options(
    "--columns",
    type=click.IntRange(1),
    metavar="N",
    help="With -o: pictures in a row of the grid.",
)
@output_options(
    "--scale",
    type=click.IntRange(1, 64),
    default=1,
    metavar="N",
    help="Draw every pixel as a square of N x N pixels.",
)
@json_option
@speed(
    "--threads",
    type=click.IntRange(1, 256),
    metavar="N",
    help="Inference threads.",
    shown_default="as the board's profile says",
)
@backend_option
@delegate_option
@trust_option
def generate(
    model: str | None,
    count: int,
    seed: int,
    output: Path | None,
    each: Path | None,
    columns: int | None,
    scale: int,
    force: bool,
    as_json: bool,
    **settings: Any,
) -> None:
    """Make pictures from random numbers with a generator.

    MODEL is a .tflite file; without it, the generator of shapes that EdgeVision brings
    is used. The same seed makes the same pictures on every machine, as far as its
    kernels agree.
    """
    from ...files import refuse_existing, refuse_filled
    from ...runtime.image import check_output, write_image
    from ...runtime.model import GENERATOR, grid_of
    from ...runtime.opening import OpenOptions, open_model

    if output is None and each is None:
        raise click.UsageError("Pass -o GRID.png, --each DIR or both.")
    if columns is not None and output is None:
        raise click.UsageError(
            "--columns arranges the grid of -o, and there is none. Pass -o GRID.png."
        )
    if output is not None:
        with usage_errors():
            check_output(output)
        refuse_existing(output, force=force)
    if each is not None:
        refuse_filled(each, force=force)
    chosen = {name: value for name, value in settings.items() if value}
    with usage_errors():
        path = GENERATOR if model is None else model
        loaded = open_model(path, OpenOptions(**chosen))
    with loaded:
        generation = loaded.generate(count, seed=seed)
        record = _record(loaded, generation, seed)
    if output is not None:
        with usage_errors():
            grid = grid_of(generation.images, columns=columns, scale=scale)
        write_image(output, grid, force=force)
        record["output"] = str(output)
    if each is not None:
        try:
            each.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SinkError(
                f"Cannot make the folder {each}: {error.strerror}."
            ) from error
        for number, image in enumerate(generation):
            picture = grid_of(image[None], scale=scale)
            write_image(each / f"{number:04d}.png", picture, force=force)
        record["each"] = str(each)
    say(_words(record), err=True)
    if as_json:
        echo_json(record)
    else:
        for place in filter(None, (output, each)):
            say(str(place))


def _record(model: Model, generation: Generation, seed: int) -> dict[str, Any]:
    import numpy as np

    count, height, width = generation.images.shape[:3]
    spent = (
        generation.invoke_ms if generation.invoke_ms is not None else np.zeros(count)
    )
    latents = generation.latents
    return {
        "model": model.card.name,
        "count": count,
        "seed": seed,
        "width": width,
        "height": height,
        "latent": 0 if latents is None else int(latents.shape[1]),
        "invoke_ms": {
            "median": round(float(np.median(spent)), 4),
            "max": round(float(spent.max()), 4),
            "total": round(float(spent.sum()), 4),
        },
        "backend": model.interpreter.backend,
        "threads": model.interpreter.threads,
        "output": None,
        "each": None,
    }


def _words(record: dict[str, Any]) -> str:
    spent = record["invoke_ms"]
    return (
        f"{record['model']}: {record['count']} pictures of {record['width']}x"
        f"{record['height']} from {record['latent']} numbers each, seed "
        f"{record['seed']}; {spent['total']:.1f} ms, median {spent['median']:.2f} each"
    )
