"""Export a model in memory as a SavedModel that only infers: augmentation is off."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .two_kerases import is_keras_2


def export_for_inference(model: Any, folder: Path) -> Path:
    """Write a model of Keras 3 or tf-keras as a SavedModel, with training switched off.

    ``model.export()`` leaves layers such as RandomFlip active, because they are so
    unless somebody says ``training=False``.

    Args:
        model: It was called once, or has a ``keras.Input``.
        folder: The new folder.

    Raises:
        ValueError: The shapes of its inputs are unknown, or it cannot be traced.
    """
    if is_keras_2(model):
        import tf_keras as keras
    else:
        import keras
    archive = keras.export.ExportArchive()
    archive.track(model)
    with _inference(model):
        archive.add_endpoint("serve", _serve(model), input_signature=_signature(model))
        archive.write_out(str(folder))
    return folder


def _serve(model: Any) -> Any:
    # A model of tf-keras takes training=False only where its call() has it.
    without = is_keras_2(model) and not model._expects_training_arg
    more = {} if without else {"training": False}

    def serve(*values: Any) -> Any:
        return model(*values, **more)

    return serve


def _signature(model: Any) -> list[Any]:
    if is_keras_2(model):
        positional, _ = model.save_spec()
        return list(positional)
    from keras.src.export.export_utils import get_input_signature

    return list(get_input_signature(model))


@contextlib.contextmanager
def _inference(model: Any) -> Iterator[None]:
    """Switch training off in layers that get no argument for it, in tf-keras."""
    if not is_keras_2(model):
        yield
        return
    import tf_keras

    with tf_keras.backend.learning_phase_scope(0):
        yield
