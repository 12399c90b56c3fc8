"""The model card inside a ``.keras`` file: written after training, read by convert.

A ``.keras`` file is a ZIP; the card is one more member, ``edgevision.json``, which
Keras ignores. It describes the *float* model: ``mean`` and ``std`` are applied to
pixels before the model, so they are 0 and 1 where the model's own layers normalize.
"""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from ...card import FILE_NAME, ModelCard
from ...errors import ModelCardError
from ...runtime.image import format_normalize
from ..options import ConvertOptions

MAX_BYTES: Final = 16 * 2**20


def read_keras_card(path: str | Path) -> ModelCard | None:
    """Return the card in a ``.keras`` file; None means that it has none.

    Raises:
        ModelCardError: There is a card, and it is damaged or of a newer schema.
    """
    path = Path(path)
    if not path.is_file() or not zipfile.is_zipfile(path):
        return None
    try:
        with zipfile.ZipFile(path) as archive:
            if FILE_NAME not in archive.namelist():
                return None
            with archive.open(FILE_NAME) as member:
                text = member.read(MAX_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError) as error:
        raise ModelCardError(
            f"{path}: the card in it cannot be read ({error}). Copy or save the model "
            "again."
        ) from error
    if len(text) > MAX_BYTES:
        raise ModelCardError(
            f"{path}: the card in it has more than {MAX_BYTES // 2**20} MB, which no "
            "card has. Save the model again."
        )
    try:
        return ModelCard.from_json(text)
    except ModelCardError as error:
        raise ModelCardError(f"{path}: {error}") from error


def append_card(path: str | Path, card: ModelCard) -> None:
    """Add a card to a ``.keras`` file that has none.

    It changes the file in place: do it before the file gets its final name.

    Raises:
        ModelCardError: The file has a card, or is no ``.keras`` file.
    """
    path = Path(path)
    if not zipfile.is_zipfile(path):
        raise ModelCardError(
            f"{path} is no .keras file, so a card cannot be added to it."
        )
    with zipfile.ZipFile(path, "a") as archive:
        if FILE_NAME in archive.namelist():
            raise ModelCardError(f"{path} has a card already. Save the model again.")
        archive.writestr(FILE_NAME, card.to_json())


def with_card(options: ConvertOptions, card: ModelCard) -> ConvertOptions:
    """Return the options of a conversion, completed from a card.

    Only fields that are None are taken from the card; what the caller chose stays.

    Args:
        options: What the caller asked for.
        card: From the model's file.
    """
    output = card.output
    values: dict[str, Any] = {
        "task": card.task,
        "normalize": None,
        "labels": output.labels or None,
    }
    if options.labels in (None, output.labels):
        values["hierarchy"] = dict(output.hierarchy) or None
    # A task or decoder that differs from the card's has other options.
    same = options.task in (None, card.task)
    if same and options.decoder in (None, output.decoder):
        values["decoder"] = output.decoder
        values["decoder_options"] = dict(output.options) or None
    taken = card.input
    if taken is not None:
        values["input_size"] = (taken.width, taken.height)
        values["color"] = taken.color
        values["normalize"] = format_normalize(taken.mean, taken.std)
        values["resize"] = taken.resize
    open_ones: dict[str, Any] = {
        name: value
        for name, value in values.items()
        if value is not None and getattr(options, name) is None
    }
    if open_ones.get("normalize", "raw") != "raw":
        # What a card says is done outside of the model, whatever its layers do.
        open_ones["stacked"] = True
    if taken is not None and "resize" in open_ones:
        open_ones["crop_fraction"] = taken.crop_fraction
    return replace(options, **open_ones)
