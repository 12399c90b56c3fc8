"""What a Keras file states about the scale of its pixels, read without TensorFlow.

Its first layers may scale pixels. A BatchNormalization in front of all other layers
keeps mean and variance of the pixels themselves, which is the scale of the training.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ...runtime.image import NORMALIZATIONS, format_normalize
from .arithmetic import leaves_pixels, read_arithmetic
from .layers import as_normalization

_MOST: Final = 512 * 2**20
_DEPTH: Final = 8
# Mean and standard deviation of the pixels of photographs, give or take.
_PHOTOGRAPHS: Final = (115.0, 65.0)
_FACTOR: Final = 1.6

Entry = Mapping[str, Any]
Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class StatedScale:
    """What a file says about the scale of its pixels.

    Attributes:
        own: What the first layers do, in ``--normalize`` words; "" means nothing.
        layers: Names of these layers, or of the BatchNormalization.
        trained_on: The scale that a BatchNormalization in front of all other layers
            saw, in ``--normalize`` words; "" means that there is none, or fits none.
        seen: Mean and standard deviation that it saw; empty without one.
    """

    own: str = ""
    layers: tuple[str, ...] = ()
    trained_on: str = ""
    seen: tuple[float, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "own": self.own,
            "layers": list(self.layers),
            "trained_on": self.trained_on,
            "seen": list(self.seen),
        }


def stated_scale(config: Entry, path: Path) -> StatedScale:
    """Return what a file says about the scale of its pixels.

    Args:
        config: The model's configuration.
        path: The file, for the values of a first BatchNormalization.
    """
    factor: Any = 1.0
    shift: Any = 0.0
    names: list[str] = []
    for entry in _leading(config):
        kind, inner = str(entry.get("class_name")), _inner(entry)
        name = str(inner.get("name", entry.get("name", "")))
        step = read_arithmetic(entry)
        line = None
        if step is not None:
            line = step.after(np.asarray(factor), np.asarray(shift))
        elif kind == "Rescaling":
            scale, offset = _numbers(inner, "scale"), _numbers(inner, "offset")
            if scale is not None and offset is not None:
                line = factor * scale, shift * scale + offset
        elif kind == "Normalization" and not inner.get("invert"):
            mean, variance = _numbers(inner, "mean"), _numbers(inner, "variance")
            if mean is not None and variance is not None:
                std = np.maximum(np.sqrt(variance), 1e-7)
                line = factor / std, (shift - mean) / std
        elif kind == "BatchNormalization" and not names:
            return _of_statistics(name, path)
        elif leaves_pixels(kind):
            continue
        if line is None:
            break
        factor, shift = line
        names.append(name)
    own = as_normalization(factor, shift, names) if names else None
    if own is None or not own.eats_pixels:
        return StatedScale()
    return StatedScale(format_normalize(own.mean, own.std), own.layers)


def normalize_need(scale: StatedScale, kinds: Container[str]) -> str:
    """Return in a sentence what ``convert`` needs to know of the scale.

    Args:
        scale: What the file states.
        kinds: The classes of all layers.
    """
    if scale.own:
        return (
            f"No --normalize if pixels were normalized only by the model's own layers "
            f"({scale.own})."
        )
    if scale.trained_on:
        mean, std = scale.seen
        return (
            f"--normalize {scale.trained_on}: the first layer, '{scale.layers[0]}', "
            f"saw a mean of {mean:.3g} and a standard deviation of {std:.3g} in "
            "training."
        )
    hidden = [kind for kind in ("Rescaling", "Normalization") if kind in kinds]
    if hidden:
        return (
            "No --normalize if pixels were normalized only by the model's own "
            f"{' and '.join(hidden)} layer."
        )
    return (
        "--normalize: it has no layer that scales pixels. Without it, convert shows "
        "what the model says under each scale; auto takes one that is beyond doubt."
    )


def _leading(config: Entry, depth: int = 0) -> Iterator[Entry]:
    """Yield the layers from the input on, as long as each has one follower."""
    layers = _inner(config).get("layers")
    if not isinstance(layers, list) or depth > _DEPTH:
        return
    before: str | None = None
    chain = config.get("class_name") == "Sequential"
    for entry in layers:
        if not isinstance(entry, dict):
            return
        name = str(entry.get("name") or _inner(entry).get("name", ""))
        if entry.get("class_name") == "InputLayer":
            before = name
            continue
        # Layers stand in the order of their calls; another order is no plain row.
        nodes = str(entry.get("inbound_nodes", ""))
        if not chain and before is not None and f"'{before}'" not in nodes:
            return
        before = name
        if isinstance(_inner(entry).get("layers"), list):
            yield from _leading(entry, depth + 1)
            return
        yield entry


def _of_statistics(name: str, path: Path) -> StatedScale:
    values = _read_statistics(name, path)
    if values is None:
        return StatedScale()
    mean, std = float(values[0].mean()), float(np.sqrt(values[1]).mean())
    best = ""
    for rule, known in NORMALIZATIONS.items():
        # In pixels again, under this rule.
        pixel_std = std * float(np.mean(known.std))
        pixel_mean = mean * float(np.mean(known.std)) + float(np.mean(known.mean))
        middle, usual = _PHOTOGRAPHS
        is_wide = usual / _FACTOR <= pixel_std <= usual * _FACTOR
        if known.color is None and is_wide and abs(pixel_mean - middle) <= usual:
            best = best or rule
    return StatedScale("", (name,), best, (round(mean, 4), round(std, 4)))


def _read_statistics(name: str, path: Path) -> tuple[Values, Values] | None:
    """Return mean and variance of a BatchNormalization; None where not readable."""
    try:
        import h5py
    except ImportError:
        return None
    try:
        with _weights(path) as stream, h5py.File(stream, "r") as file:
            return _statistics_in(file, name)
    except (OSError, KeyError, RuntimeError, ValueError, zipfile.BadZipFile):
        return None


def _weights(path: Path) -> Any:
    if not zipfile.is_zipfile(path):
        return path.open("rb")
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("model.weights.h5")
        if info.file_size > _MOST:
            raise ValueError
        return io.BytesIO(archive.read(info))


def _statistics_in(file: Any, name: str) -> tuple[Values, Values] | None:
    # Keras 3 names groups by the layer or by its class, and numbers the values.
    for group in (f"layers/{name}/vars", "layers/batch_normalization/vars"):
        if group in file:
            last = sorted(file[group], key=int)[-2:]
            pair = [np.asarray(file[group][key], np.float64) for key in last]
            return pair[0], pair[1]
    values: dict[str, Values] = {}

    def visit(place: str, item: Any) -> None:
        leaf = place.rsplit("/", 1)[-1].split(":")[0]
        is_known = leaf in ("moving_mean", "moving_variance")
        if is_known and f"/{name}/" in f"/{place}" and hasattr(item, "shape"):
            values[leaf] = np.asarray(item, np.float64)

    file.visititems(visit)
    if len(values) < 2:
        return None
    return values["moving_mean"], values["moving_variance"]


def _inner(entry: Entry) -> Mapping[str, Any]:
    inner = entry.get("config")
    return inner if isinstance(inner, dict) else {}


def _numbers(config: Mapping[str, Any], name: str) -> Values | None:
    value = config.get(name, 0.0 if name == "offset" else None)
    if isinstance(value, dict):
        value = value.get("config", {}).get("value")
    try:
        numbers = np.asarray(value, np.float64).reshape(-1)
    except (TypeError, ValueError):
        return None
    return numbers if numbers.size in (1, 3) and np.isfinite(numbers).all() else None
