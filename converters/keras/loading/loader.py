"""Load a trained model: by which Keras, by what its file states."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from ....errors import ConversionError, MissingDependencyError
from ...options import ConvertOptions
from ..custom_modules import load_custom
from ..file_kinds import kind_of
from ..frozen_model import first_line
from ..lambda_layers import LambdaLayer, by_layer, stand_ins, unsafe_failure
from ..source_model import SourceModel, from_keras
from ..two_kerases import is_keras_2
from .dialect import for_keras_2, for_keras_2_archive, for_keras_3
from .early_keras import for_keras_1, is_of_keras_1
from .function_layer import with_functions
from .keras_2 import load_with_keras_2
from .keras_3 import load_with_keras_3
from .odd_structures import (
    refuse_channels_first,
    without_copies,
    without_unknown_arguments,
)
from .own_code import lambda_layers, missing_class, refuse_code, refuse_foreign
from .saved_model import load_saved_model
from .stored_model import StoredModel, read_stored
from .structure import Config, name_of

_MOST_ARGUMENTS: Final = 30
_FAILURES: Final = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OSError,
    EOFError,
    ImportError,
    NameError,
    NotImplementedError,
    RuntimeError,
)


def load(
    path: Path,
    *,
    allow_unsafe: bool = False,
    custom_objects: Mapping[str, Any] | None = None,
    lambdas: Mapping[str, Callable[[Any], Any]] | None = None,
    custom: Sequence[str] = (),
) -> SourceModel:
    """Load a trained model.

    Args:
        path: A ``.keras`` or ``.h5`` file, or a SavedModel folder.
        allow_unsafe: Run Python code that the file brings (Lambda layers).
        custom_objects: Classes and functions that Keras does not have, by name.
        lambdas: Per Lambda layer, by name or pattern, the function that stands in for
            its code: from a tensor (batch axis included), or a list of them, to one.
        custom: Python files of the user's own with classes and functions that Keras
            does not have; they are run.

    Raises:
        ConversionError: The model cannot be loaded; the sentence says what to do.
        MissingDependencyError: Keras 2 wrote it, and tf-keras is not installed.
    """
    kind = kind_of(path)
    if kind == "saved-model":
        if lambdas or custom or custom_objects:
            raise ConversionError(
                f"{path} is a SavedModel, which holds operations and no layers, so "
                "--lambda and --custom have no use. Leave them out."
            )
        return load_saved_model(path)
    if kind in ("archive", "folder"):
        raise ConversionError(
            f"{path} is an archive or a folder with a model in it. Pass the path of "
            "that model; unpack an archive first."
        )
    stored = read_stored(path, kind)
    known = {
        **load_custom(custom, keras_2=stored.is_keras_2),
        **(custom_objects or {}),
    }
    single = without_copies(stored.config)
    names = [name_of(entry) for entry in lambda_layers(single)]
    functions = by_layer(lambdas or {}, names)
    config = with_functions(single, functions)
    unsafe = refuse_code(config, path, known, allow_unsafe=allow_unsafe)
    refuse_foreign(config, path, known)
    refuse_channels_first(config, path)

    def with_keras_2() -> Any:
        words = for_keras_2_archive if stored.container == "zip" else for_keras_2
        plain = for_keras_1(config) if is_of_keras_1(config) else config
        read = partial(load_with_keras_2, stored, allow_unsafe=allow_unsafe)
        return _read(read, words(plain, known), known, functions)

    def with_keras_3() -> Any:
        read = partial(load_with_keras_3, stored, allow_unsafe=allow_unsafe)
        return _read(read, config, known, functions)

    readers = [with_keras_3, with_keras_2]
    if stored.is_keras_2:
        readers.reverse()
    source = from_keras(_first(readers, stored, unsafe, stand_in=bool(functions)))
    return replace(source, notes=(*_reader_note(stored, source), *source.notes))


def load_as_chosen(
    path: str | os.PathLike[str],
    options: ConvertOptions,
    custom_objects: Mapping[str, Any] | None = None,
) -> SourceModel:
    """Load a trained model as the options of a conversion say.

    Args:
        path: A ``.keras`` or ``.h5`` file, or a SavedModel folder.
        options: lambdas, custom and allow_unsafe are used.
        custom_objects: Classes and functions of this process, by name.

    Raises:
        ConversionError: The model cannot be loaded; the sentence says what to do.
        TypeError: It is no path, but a model.
    """
    if not isinstance(path, (str, os.PathLike)):
        raise TypeError("custom_objects is for the path of a model's file.")
    return load(
        Path(path),
        allow_unsafe=options.allow_unsafe,
        custom_objects=custom_objects,
        lambdas=stand_ins(options.lambdas or {}),
        custom=options.custom,
    )


def load_for_training(path: Path) -> SourceModel:
    """Load a trained model that is to be trained on, always as one of Keras 3.

    Args:
        path: A ``.keras`` or ``.h5`` file.

    Raises:
        ConversionError: The model cannot be loaded, or Keras 2 wrote it and Keras 3
            does not compute the same with it.
        MissingDependencyError: Keras 2 wrote it, and tf-keras is not installed.
    """
    source = load(path)
    if source.keras is None or not is_keras_2(source.keras):
        return source
    stored = read_stored(path, kind_of(path))
    reader = partial(
        load_with_keras_3, stored, for_keras_3(stored.config), {}, allow_unsafe=False
    )
    again = from_keras(_first([reader], stored))
    shapes = [(2, *(size or 64 for size in item.shape)) for item in source.inputs]
    generator = np.random.default_rng(0)
    values = [generator.uniform(0, 1, shape).astype(np.float32) for shape in shapes]
    answers = [[np.asarray(x) for x in model.call(values)] for model in (source, again)]
    same = all(
        np.allclose(one, other, rtol=1e-4, atol=1e-5)
        for one, other in zip(*answers, strict=True)
    )
    if not same:
        raise ConversionError(
            f"{path} was written by Keras {stored.version or '1 or 2'}, and Keras 3, "
            "which trains here, computes something else with it. Build the network "
            "with Keras 3 and load its weights, then save it as .keras."
        )
    return again


def _reader_note(stored: StoredModel, source: SourceModel) -> tuple[str, ...]:
    """Return a note where another Keras reads the file than TensorFlow brings."""
    if not is_keras_2(source.keras):
        return ()
    import tf_keras

    writer = f"Keras {stored.version}" if stored.version else "an early Keras"
    notes = [f"Written by {writer}, read by tf-keras {tf_keras.__version__}."]
    if stored.backend == "theano":
        notes.append(
            "The kernels of convolutions were flipped, because Theano stores them "
            "flipped."
        )
    return tuple(notes)


def _read(read: Callable[..., Any], config: Config, *rest: Any) -> Any:
    """Return what a reader reads, without arguments that it does not know."""
    for _ in range(_MOST_ARGUMENTS):
        try:
            return read(config, *rest)
        except _FAILURES as error:
            shorter = without_unknown_arguments(config, error)
            if shorter is None:
                raise
            config = shorter
    return read(config, *rest)


def _first(
    readers: list[Callable[[], Any]],
    stored: StoredModel,
    unsafe: Sequence[LambdaLayer] = (),
    *,
    stand_in: bool = False,
) -> Any:
    """Return the model of the first reader that can; the first one's error counts."""
    errors: list[Exception] = []
    for reader in readers:
        try:
            return reader()
        except MissingDependencyError:
            if not errors:
                raise
        except (ConversionError, *_FAILURES) as error:
            errors.append(error)
    first = errors[0]
    hint = (
        " The expression of a --lambda may make another shape than the layer did."
        if stand_in
        else ""
    )
    if isinstance(first, ConversionError):
        own = _own(first)
        if not hint or "--lambda" in own.sentence:
            raise own from first
        raise ConversionError(f"{own.sentence}{hint}") from first
    if unsafe:
        raise unsafe_failure(stored.path, unsafe, first) from first
    raise ConversionError(f"{_sentence(stored, first)}{hint}") from first


def _own(error: ConversionError) -> ConversionError:
    """Return our error without the words that Keras puts around it."""
    innermost: BaseException = error
    while innermost.__context__ is not None:
        innermost = innermost.__context__
        if isinstance(innermost, ConversionError):
            error = innermost
    return error


def _sentence(stored: StoredModel, error: Exception) -> str:
    missing = re.search(
        r"(?:Could not locate (?:class|function)|Unknown layer:?|"
        r"Unknown activation function:?|activation function identifier:) "
        r"'?\"?([\w>.]+)",
        str(error),
    )
    if missing:
        return str(missing_class(stored.path, missing[1]))
    if "allow_pickle" in str(error):
        return (
            f"{stored.path}: its weights are a Python pickle, which is not read, "
            "because reading one runs code. Build the model in Python, give it its "
            "weights, and save it with model.save('net.keras')."
        )
    # Keras puts the message of what failed behind the whole configuration.
    _, mark, message = str(error).rpartition("Exception encountered: ")
    cause = ValueError(message) if mark else error
    return f"Keras cannot load {stored.path}: {first_line(cause)}"
