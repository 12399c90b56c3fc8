"""Classes and functions from Python files of the user's own choice: ``--custom``.

Only the child process of a conversion runs these files.
"""

from __future__ import annotations

import contextlib
import importlib.util
import inspect
import os
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from ...errors import ConversionError

# Of either Keras: what a model is made of.
_BASES: Final = (
    *("Layer", "Model", "Loss", "Metric", "Regularizer", "Constraint", "Initializer"),
    "Operation",
)


def load_custom(paths: Sequence[str | Path], *, keras_2: bool) -> dict[str, Any]:
    """Run Python files, and return the classes and functions that a model may name.

    These are classes derived from Keras', functions that the file defines, and what it
    registers with ``register_keras_serializable``, also as ``package>Name``.

    Args:
        paths: The files; a later one counts more.
        keras_2: Let ``import keras`` and ``tensorflow.keras`` mean tf-keras in these
            files, because it reads the model.

    Raises:
        ConversionError: A file cannot be read, or fails; the sentence has its line.
    """
    objects: dict[str, Any] = {}
    if not paths:
        return objects
    with _keras(keras_2):
        for path in paths:
            before = dict(_registered(keras_2))
            module = _run(Path(path))
            objects.update(_defined(module))
            registered = _registered(keras_2)
            new = {key: x for key, x in registered.items() if before.get(key) is not x}
            objects.update(new)
            if not objects:
                raise ConversionError(
                    f"{path} defines no layer, model or function that a Keras model "
                    "could name. Pass the file with the classes of the model."
                )
    return objects


@contextlib.contextmanager
def _keras(keras_2: bool) -> Iterator[None]:
    """Let the name ``keras`` mean the Keras that reads the model."""
    if not keras_2:
        yield
        return
    import tf_keras

    # Read by TensorFlow when tf.keras is first used, which is in the user's file.
    os.environ["TF_USE_LEGACY_KERAS"] = "1"
    names = [name for name in sys.modules if name.split(".")[0] == "keras"]
    hidden = {name: sys.modules.pop(name) for name in names}
    sys.modules["keras"] = tf_keras
    try:
        yield
    finally:
        for name in [name for name in sys.modules if name.split(".")[0] == "keras"]:
            del sys.modules[name]
        sys.modules.update(hidden)


def _registered(keras_2: bool) -> Mapping[str, Any]:
    """Return what is registered so far, by ``package>Name``."""
    if keras_2:
        import tf_keras as keras
    else:
        import keras
    objects: Mapping[str, Any] = keras.saving.get_custom_objects()
    return objects


def _run(path: Path) -> ModuleType:
    name = path.stem
    spec = importlib.util.spec_from_file_location(name, path.absolute())
    if path.suffix != ".py" or spec is None or spec.loader is None:
        raise ConversionError(
            f"--custom {path} is no Python file. Pass a .py file with the classes."
        )
    if name in sys.modules:
        # A file called utils.py must not take the place of a library's module.
        name = f"edgevision_custom_{name}"
        spec = importlib.util.spec_from_file_location(name, path.absolute())
    module = importlib.util.module_from_spec(spec)  # type: ignore[arg-type]
    sys.modules[name] = module
    # Its own imports find the files beside it, as when it is run by itself.
    sys.path.insert(0, str(path.absolute().parent))
    try:
        spec.loader.exec_module(module)  # type: ignore[union-attr]
    except (Exception, SystemExit) as error:
        raise ConversionError(_failure(path, error)) from error
    finally:
        sys.path.remove(str(path.absolute().parent))
    return module


def _failure(path: Path, error: BaseException) -> str:
    """Return the sentence for a file that fails, with its own line."""
    if isinstance(error, SyntaxError) and error.filename == str(path.absolute()):
        line: int | None = error.lineno
        message = str(error.msg)
    else:
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in frames if frame.filename == str(path.absolute())]
        line = own[-1].lineno if own else None
        message = str(error)
    if isinstance(error, FileNotFoundError) and line is None:
        return f"--custom {path}: no such file. Check the path."
    where = f", line {line}" if line is not None else ""
    return (
        f"--custom {path}{where}: {type(error).__name__}: {message[:300]}. Correct the "
        "file; it must be possible to import it."
    )


def _defined(module: ModuleType) -> dict[str, Any]:
    objects: dict[str, Any] = {}
    for name, value in vars(module).items():
        if name.startswith("__"):
            continue
        is_own = getattr(value, "__module__", None) == module.__name__
        if inspect.isclass(value):
            bases = {kind.__name__ for kind in value.mro() if kind is not value}
            # What the file imports from Keras itself is no news.
            package = value.__module__.split(".")[0]
            if bases & set(_BASES) and package not in ("keras", "tf_keras"):
                objects[name] = value
        elif is_own and inspect.isfunction(value):
            objects[name] = value
    return objects
