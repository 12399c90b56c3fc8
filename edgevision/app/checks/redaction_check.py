"""Whether what an app covers can be found by its models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...runtime.tables import FaultList, TablePath
from ..file import AppFile
from .opening import path_of

if TYPE_CHECKING:
    from ...runtime.model import PictureModel


def check_redaction(file: AppFile, model: PictureModel) -> None:
    """Refuse labels that no model finds: nothing would be covered.

    Args:
        file: The app.
        model: The model of the app; one that redaction names is opened, and closed.

    Raises:
        AppFileError: The lines of these labels.
        ModelError: A model for redaction is not usable.
    """
    faults = FaultList()
    tables: list[tuple[TablePath, Any]] = [(("redact",), file.description.redact)]
    for name, camera in file.description.camera.items():
        tables.append((("camera", name, "redact"), camera.redact))
    for path, settings in tables:
        if settings is None or not settings.labels:
            continue
        from ...runtime.redaction import check_labels

        try:
            if settings.model:
                with open_finder(settings) as finder:
                    check_labels(finder, settings.labels)
            else:
                check_labels(model, settings.labels)
        except ValueError as error:
            faults.add((*path, "labels"), str(error))
    if faults.faults:
        raise file.error(faults)


def open_finder(settings: Any) -> PictureModel:
    """Return the model that settings of redaction name, opened."""
    from ...api import load_model

    return load_model(path_of(settings.model))
