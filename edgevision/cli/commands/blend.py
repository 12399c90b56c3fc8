"""``edgevision blend``: one picture laid over another."""

from __future__ import annotations

import click

from ..options import (
    common,
    echo_json,
    json_option,
    max_pixels_option,
    usage_errors,
)
from ..parameter_types import Share
from ..paths import InputPath
from ..terminal import say
from ..usage import command


@command(
    examples=(
        "edgevision blend photo.jpg logo.png -o both.jpg",
        "edgevision blend a.jpg b.jpg --mask mask.png --fit cover -o both.png",
    ),
    stray={"": "--output"},
)
@click.argument("first", metavar="A", type=InputPath())
@click.argument("second", metavar="B", type=InputPath())
@common(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    required=True,
    help="The picture to write; its suffix chooses the format.",
)
@common(
    "--alpha",
    type=Share(),
    default=0.5,
    metavar="SHARE",
    help="The weight of B.",
)
@common(
    "--mask",
    metavar="PICTURE",
    type=InputPath(),
    help="A picture that says where B lies: white is all of it, black is none.",
)
@common(
    "--fit",
    type=click.Choice(["stretch", "contain", "cover"]),
    help="Resize B and the mask to the size of A; without it they must have that size.",
)
@common("--force", is_flag=True, help="Replace a file that exists.")
@json_option
@max_pixels_option
def blend(
    first: str,
    second: str,
    alpha: float,
    mask: str | None,
    fit: str | None,
    output: str,
    force: bool,
    as_json: bool,
) -> None:
    """Lay one picture over another.

    The result is A x (1 - alpha) + B x alpha. Transparency counts: where B is
    transparent A stays, and where A is transparent the result is transparent, so it
    needs a format that can hold that (.png). Pictures are turned upright by their EXIF
    tag.
    """
    from ...files import refuse_existing
    from ...runtime.drawing import compose
    from ...runtime.image import (
        check_output,
        fit_to,
        read_mask,
        read_with_alpha,
        write_image,
    )

    with usage_errors():
        check_output(output)
    refuse_existing(output, force=force)
    base = read_with_alpha(first)
    layer = read_with_alpha(second)
    where = None if mask is None else read_mask(mask)
    size = (base.shape[1], base.shape[0])
    for name, picture in (("B", layer), ("--mask", where)):
        if picture is not None and picture.shape[:2] != base.shape[:2] and not fit:
            raise click.UsageError(
                f"{name} is {picture.shape[1]}x{picture.shape[0]} pixels, A is "
                f"{size[0]}x{size[1]}. Pass --fit stretch, contain or cover."
            )
    if fit:
        layer = fit_to(layer, size, fit)
        where = None if where is None else fit_to(where, size, fit)
    is_transparent = base.shape[2] == 4 and int(base[:, :, 3].min()) < 255
    with usage_errors():
        check_output(output, alpha=is_transparent)
    if is_transparent:
        blended = compose.lay_over(base, layer, alpha=alpha, mask=where)
    else:
        opaque = base[:, :, :3].copy()
        blended = compose.blend(opaque, layer, alpha=alpha, mask=where, in_place=True)
    write_image(output, blended, force=force)
    if as_json:
        echo_json(
            {
                "output": output,
                "width": size[0],
                "height": size[1],
                "transparent": is_transparent,
            }
        )
    else:
        say(output)
