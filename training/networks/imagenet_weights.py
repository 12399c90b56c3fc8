"""The files of ImageNet weights that Keras publishes, in Keras' own cache."""

from __future__ import annotations

import contextlib
import io
import os
from pathlib import Path
from typing import Final

from ...errors import TrainingError
from ...registry import resolve
from ..callbacks import OnLine, ignore
from .architectures import ARCHITECTURES
from .published import Published

PUBLISHED: Final = tuple(
    name for name, target in ARCHITECTURES.items() if ".published:" in target
)
"""Names of the networks that have such a file."""


def published_network(name: str | None) -> Published:
    """Return the published network of a name.

    Raises:
        ValueError: The name is not one of ``PUBLISHED``.
    """
    network = None if name is None else resolve("architecture", name, ARCHITECTURES)
    if not isinstance(network, Published):
        raise ValueError(
            "weights imagenet needs --arch with a published network: "
            f"{', '.join(PUBLISHED)}."
        )
    return network


def weights_file(
    name: str, *, download: bool = False, on_note: OnLine = ignore
) -> Path:
    """Return the file of a published network's weights without a head.

    Args:
        name: A name in ``PUBLISHED``.
        download: Let Keras download the file into its cache when it is absent. Without
            it nothing is downloaded.
        on_note: Called with a line before a download.

    Raises:
        TrainingError: The file is not in the cache and may not or cannot be downloaded.
        ValueError: The name is not one of ``PUBLISHED``.
    """
    network = published_network(name)
    home = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras")
    path = home / "models" / network.cached
    if path.is_file():
        return path
    if not download:
        raise TrainingError(
            f"The ImageNet weights of {name} are not in Keras' cache: there is no file "
            f"{path}. Pass --download to let Keras download it, or copy the file "
            f"{path.name} to that folder."
        )
    on_note(f"Keras downloads {path.name} to {path.parent}")
    _download(name, network)
    if not path.is_file():
        raise TrainingError(
            f"Keras downloaded the ImageNet weights of {name}, but there is no file "
            f"{path}. Set KERAS_HOME to a folder that can be written."
        )
    return path


def _download(name: str, network: Published) -> None:
    """Let Keras build the network with its weights, which downloads and checks them."""
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # Keras' own progress bar
            network.with_imagenet_weights()
    except Exception as error:
        # Keras raises a bare Exception for a failed download, a ValueError for a file
        # whose digest is wrong.
        cause = error.__context__
        failed = isinstance(error, (OSError, ValueError)) or isinstance(cause, OSError)
        if not failed:
            raise
        reason = str(error).splitlines()[0]
        raise TrainingError(
            f"Keras cannot download the ImageNet weights of {name}: {reason} Check the "
            "connection, or pass --weights FILE with a trained model."
        ) from error
