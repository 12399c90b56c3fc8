"""The models of an app, opened; an error names the line of the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ...errors import EdgeVisionError
from ...registry import load
from ...runtime.tables import FaultList
from ..file import AppFile

if TYPE_CHECKING:
    from ...runtime.model import PictureModel
    from ..description import ModelDescription


_BROUGHT: Final = {
    "demo:classifier": "edgevision.runtime.demo:CLASSIFIER",
    "demo:detector": "edgevision.runtime.demo:DETECTOR",
}
"""Models that come with EdgeVision, by what a file calls them."""


def path_of(file: str) -> str:
    """Return the path of a model's file; one that EdgeVision brings has a name."""
    return str(load(_BROUGHT[file])) if file in _BROUGHT else file


def open_model_of(file: AppFile) -> PictureModel:
    """Return the model that an app describes, with a second one behind it.

    Args:
        file: The app.

    Raises:
        AppFileError: The model's file is not usable, or the app's file names what the
            model does not have.
    """
    from ...api import load_model
    from ..words import with_keys

    said = file.description.model
    try:
        model = load_model(path_of(said.file), tiles=said.tiles, **said.opening)
        try:
            return _joined(model, said)
        except BaseException:
            model.close()
            raise
    except (ValueError, EdgeVisionError) as error:
        faults = FaultList()
        key = _key_of(str(error), said)
        if isinstance(error, EdgeVisionError):
            key = key or ("file",)
        faults.add(("model", *key), with_keys(str(error)))
        raise file.error(faults) from error


def _key_of(sentence: str, said: ModelDescription) -> tuple[str, ...]:
    """Return the key of the value that a sentence is about; empty in doubt."""
    for name, value in {"tiles": said.tiles, **said.opening}.items():
        values = value if isinstance(value, tuple) else (value,)
        if any(isinstance(each, str) and repr(each) in sentence for each in values):
            return (name,)
    return ()


def _joined(model: PictureModel, said: ModelDescription) -> PictureModel:
    if said.then is None:
        return model
    from ...runtime.opening import OpenOptions, open_model

    second = open_model(path_of(said.then.file), OpenOptions(**said.then.opening))
    try:
        return model.then(second, **said.then.joining)
    except BaseException:
        second.close()
        raise
