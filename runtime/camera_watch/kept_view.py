"""The learned view of a camera in a file, so that it survives a restart."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any, Final

import numpy as np

from ...errors import EdgeVisionError
from ...files import write_pieces
from .background import Background
from .camera_judge import CameraJudge
from .stillness import Stillness

_MOST_BYTES: Final = 2_000_000
_FORMAT: Final = 1
VIEWS: Final = ("color", "gray")


def save_view(judge: CameraJudge, path: Path) -> None:
    """Write what a judge has learned; an older file is replaced as a whole.

    Raises:
        OSError: The disk does not take it.
    """
    arrays: dict[str, Any] = {
        "format": np.int64(_FORMAT),
        **judge.stillness.to_arrays(),
    }
    for name, view in judge.views.items():
        arrays.update({f"{name}.{k}": v for k, v in view.to_arrays().items()})
    data = io.BytesIO()
    np.savez(data, **arrays)
    write_pieces(path, [data.getvalue()])


def load_view(judge: CameraJudge, path: Path) -> bool:
    """Give a judge what an earlier run has learned, and return whether there is any.

    Raises:
        EdgeVisionError: The file is not one that :func:`save_view` has written. It is
            not touched: it may be somebody else's.
    """
    try:
        if not path.exists():
            return False
        arrays = _arrays(path)
        views = {
            name: Background.from_arrays(
                {
                    key.partition(".")[2]: value
                    for key, value in arrays.items()
                    if key.startswith(f"{name}.")
                }
            )
            for name in VIEWS
            if f"{name}.edges" in arrays
        }
        stillness = Stillness.from_arrays(arrays)
    except Exception as error:  # a damaged archive or array raises whatever it likes
        raise EdgeVisionError(
            f"Cannot read {path} as the learned view of a camera: {error}. Remove the "
            "file, and the view is learned anew; or name another file."
        ) from error
    judge.restore(views, stillness)
    return True


def _arrays(path: Path) -> dict[str, Any]:
    with zipfile.ZipFile(path) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > _MOST_BYTES:
            raise ValueError("it is too large")
    with np.load(path, allow_pickle=False) as content:
        arrays = {name: content[name] for name in content.files}
    if int(arrays["format"]) != _FORMAT:
        raise ValueError(f"its format is {int(arrays['format'])}, expected {_FORMAT}")
    return arrays
