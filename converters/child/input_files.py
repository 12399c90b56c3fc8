"""Hand Python objects to the child process: models and arrays become files."""

from __future__ import annotations

import contextlib
import io
import itertools
import warnings
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ...errors import CalibrationError, ConversionError
from ..keras import every_layer, export_for_inference, is_keras_2
from ..keras.training import write_training

# Of an endless generator, so many are verified with besides those that calibrate.
_SPARE: Final = 500


def model_to_file(model: Any, workspace: Path) -> Path:
    """Write an in-memory model of Keras 3 or tf-keras where the child can load it.

    A model of Keras's own layers is saved; anything else is exported from this process,
    which has its code.

    Raises:
        ConversionError: It is no Keras model, has never been called, or cannot be
            written.
    """
    if not (hasattr(model, "get_config") and hasattr(model, "layers")):
        raise ConversionError(
            f"Cannot convert {type(model).__name__}: a Keras model, or the path of "
            "one, was expected."
        )
    if not getattr(model, "built", False):
        raise ConversionError(
            f"The model '{model.name}' has never been called, so the shapes of its "
            "inputs are unknown. Call it once on a batch, or give it a keras.Input."
        )
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            return _written(model, workspace)
    except (ValueError, TypeError, NotImplementedError, OSError, AttributeError) as e:
        raise ConversionError(
            f"The model '{model.name}' cannot be saved for the conversion: "
            f"{str(e)[:300]} Call it once on a batch, or save it and pass the file."
        ) from e


def _written(model: Any, workspace: Path) -> Path:
    if not _is_plain(model):
        target = export_for_inference(model, workspace / "source")
        write_training(model, target)
        return target
    if is_keras_2(model):
        target = workspace / "source.h5"
        with warnings.catch_warnings():
            # tf-keras would rather have its new format, which it cannot always read.
            warnings.simplefilter("ignore")
            model.save(target, include_optimizer=False)
        write_training(model, target)
    else:
        target = workspace / "source.keras"
        model.save(target)
    return target


def _is_plain(model: Any) -> bool:
    kinds = [type(model), *(type(layer) for layer in every_layer(model))]
    return all(
        kind.__module__.split(".")[0] in ("keras", "tf_keras")
        and kind.__name__ != "Lambda"
        for kind in kinds
    )


def samples_to_file(
    samples: Any, workspace: Path, name: str, *, count: int, seed: int
) -> Path:
    """Write calibration or verification samples where the child can read them.

    Args:
        samples: A path; a list of paths; an array (N, ...); ``(images, labels)``; a
            mapping of input names to arrays; an iterable of pictures or batches; or a
            callable that returns one of these.
        workspace: Where to write.
        name: What the file is called.
        count: Wanted for calibration; of more than can be used, a seeded part is taken.
        seed: Of that choice.

    Raises:
        CalibrationError: The samples are of none of these kinds, or empty.
    """
    if callable(samples) and not hasattr(samples, "__array__"):
        samples = samples()
    if isinstance(samples, (str, Path)):
        return Path(samples)
    if isinstance(samples, Mapping):
        arrays = {str(key): np.asarray(value) for key, value in samples.items()}
        return _save(workspace / f"{name}.npz", arrays)
    labels: Any = None
    if _is_pair(samples):
        samples, labels = samples
    if (
        isinstance(samples, (list, tuple))
        and samples
        and all(isinstance(item, (str, Path)) for item in samples)
    ):
        target = workspace / f"{name}.txt"
        lines = [str(Path(item).absolute()) for item in samples]
        target.write_text("\n".join(lines), "utf-8")
        return target
    if hasattr(samples, "__array__"):
        images: Any = np.asarray(samples)
        classes = labels
    else:
        if not isinstance(samples, Iterable):
            raise CalibrationError(
                f"{name} cannot be {type(samples).__name__}: pass a path, an array, "
                "(images, labels), a mapping of input names to arrays, or a function "
                "that yields pictures."
            )
        images, classes = _collect(samples, labels, limit=count + _SPARE)
    if not len(images):
        raise CalibrationError(f"{name} holds no samples.")
    kept = _kept(len(images), 4 * (count + _SPARE), seed)
    contents = {}
    if isinstance(images, np.ndarray):
        contents["images"] = images[kept]
    else:
        digits = len(str(len(images)))
        contents.update({f"image_{i:0{digits}d}": images[i] for i in kept})
    if classes is not None:
        contents["labels"] = np.asarray(classes)[kept]
    return _save(workspace / f"{name}.npz", contents)


def _is_pair(samples: Any) -> bool:
    if not isinstance(samples, tuple) or len(samples) != 2:
        return False
    images, labels = samples
    if not hasattr(images, "__len__") or not hasattr(labels, "__len__"):
        return False
    if len(images) != len(labels) or not len(images):
        return False
    # Labels, rows of numbers, or true pictures; two pictures alone are no pair.
    depth = np.ndim(labels[0])
    is_batch = np.ndim(images) == 4 and np.ndim(labels) in (3, 4)
    return bool(np.ndim(images[0]) >= 2 and (depth <= 1 or is_batch))


def _collect(
    samples: Iterable[Any], labels: Any, *, limit: int
) -> tuple[npt.NDArray[Any] | list[npt.NDArray[Any]], Any]:
    """Return pictures from pictures, batches, or pairs of these with labels."""
    images: list[npt.NDArray[Any]] = []
    classes: list[Any] = []
    for item in samples:
        values, classed = item, None
        if isinstance(item, (tuple, list)) and len(item) in (1, 2):
            values = item[0]
            classed = item[1] if len(item) == 2 else None
        array = np.asarray(values)
        if array.ndim == 4:
            images.extend(array)
            classes.extend([] if classed is None else list(np.asarray(classed)))
        else:
            images.append(array)
            classes.extend([] if classed is None else [np.asarray(classed)])
        if len(images) >= limit:
            break
    images = images[:limit]
    known: Any = labels
    if known is None and len(classes) >= len(images) > 0:
        known = np.stack([np.asarray(value) for value in classes[: len(images)]])
    if len({image.shape for image in images}) == 1:
        return np.stack(images), known
    return images, known


def _kept(count: int, most: int, seed: int) -> Sequence[int]:
    if count <= most:
        return list(range(count))
    chosen = np.random.default_rng(seed).choice(count, most, replace=False)
    return sorted(int(i) for i in itertools.chain(chosen))


def _save(path: Path, arrays: Mapping[str, npt.NDArray[Any]]) -> Path:
    for key, value in arrays.items():
        if value.dtype == object:
            raise CalibrationError(
                f"The samples '{key}' are not numbers (dtype object). Pass arrays of "
                "one shape."
            )
    with path.open("wb") as stream:
        np.savez(stream, **dict(arrays))  # type: ignore[arg-type]
    return path
