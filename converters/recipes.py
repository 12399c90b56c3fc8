"""Recipes: named choices of how a model's numbers are stored and computed.

=========  ========================  ====================  ==========================
recipe     ends (first is default)   needs calibration     for
=========  ========================  ====================  ==========================
int8       uint8, int8, float32      yes                   every board; the default
int16x8    float32                   yes                   int8 that loses too much
float16    float32                   no                    GPUs; half the size
dynamic    float32                   no                    models without images
float32    float32                   no                    comparison
=========  ========================  ====================  ==========================
"""

from __future__ import annotations

import contextlib
import itertools
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ..errors import ConversionError
from ..registry import resolve

if TYPE_CHECKING:
    # The command line lists recipes without loading NumPy.
    import numpy.typing as npt

    Sample = Sequence[npt.NDArray[Any]]

IO_TYPES: Final = ("uint8", "int8", "float32")

RECIPES: Final[dict[str, str]] = {
    "int8": "edgevision.converters.recipes:INT8",
    "int16x8": "edgevision.converters.recipes:INT16X8",
    "float16": "edgevision.converters.recipes:FLOAT16",
    "dynamic": "edgevision.converters.recipes:DYNAMIC",
    "float32": "edgevision.converters.recipes:FLOAT32",
}

TARGETS: Final = ("litert", "tflite-runtime-2.14")

_TRIES: Final = 4


@dataclass(frozen=True)
class Recipe:
    """Describe one choice of number formats.

    Attributes:
        name: Its key in ``RECIPES``.
        summary: One line for help texts and docs.
        ios: Types that the file's ends may have, the default first.
        needs_calibration: Whether ranges come from sample inputs.
        full_integer: Whether no float op may be left between the ends.
    """

    name: str
    summary: str
    ios: tuple[str, ...]
    needs_calibration: bool = False
    full_integer: bool = False


INT8: Final = Recipe(
    "int8",
    "int8 weights and activations: smallest and fastest on every board",
    ("uint8", "int8", "float32"),
    needs_calibration=True,
    full_integer=True,
)
INT16X8: Final = Recipe(
    "int16x8",
    "int8 weights, int16 activations: closer to float, slower",
    ("float32",),
    needs_calibration=True,
    full_integer=True,
)
FLOAT16: Final = Recipe(
    "float16", "float16 weights, computed in float32: half the size", ("float32",)
)
DYNAMIC: Final = Recipe(
    "dynamic", "int8 weights, ranges found while running", ("float32",)
)
FLOAT32: Final = Recipe("float32", "no quantization", ("float32",))


def recipe(name: str) -> Recipe:
    """Return a recipe by its name.

    Raises:
        ValueError: No recipe has this name.
    """
    found = resolve("recipe", name, RECIPES)
    if not isinstance(found, Recipe):
        raise TypeError(f"The registry entry of recipe {name!r} is not a Recipe.")
    return found


def build(
    function: Any,
    chosen: Recipe,
    *,
    io: str,
    samples: Callable[[], Iterable[Sample]] | None = None,
    target: str = "litert",
    allow_flex: bool = False,
    note: Callable[[str], None] = lambda text: None,
) -> bytes:
    """Turn a frozen function into the bytes of a ``.tflite`` file.

    The converter gets the function alone: handing over the Keras model as well sends it
    through a SavedModel, which takes several times as long for the same file.

    Args:
        function: A frozen concrete function with fixed shapes.
        chosen: The recipe.
        io: Type of the file's ends.
        samples: Makes an iterator over calibration inputs: per sample one array for
            each input, in the function's order, batch axis included.
        target: A name from ``TARGETS``.
        allow_flex: Accept TensorFlow ops in the file.
        note: Told which special flags were used, in words.

    Raises:
        ConversionError: TensorFlow refused the model.
    """
    import tensorflow as tf

    # Derives from Exception alone and has no public name.
    from tensorflow.lite.python.convert import ConverterError

    converter = tf.lite.TFLiteConverter.from_concrete_functions([function])
    sets = tf.lite.OpsSet
    ops = [sets.TFLITE_BUILTINS]
    if chosen.name != "float32":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if chosen.name == "float16":
        converter.target_spec.supported_types = [tf.float16]
    if chosen.needs_calibration:
        if samples is None:
            raise ValueError(f"The recipe {chosen.name} needs calibration samples.")
        converter.representative_dataset = samples
        if chosen.name == "int8":
            ops = [sets.TFLITE_BUILTINS_INT8]
            types = {"uint8": tf.uint8, "int8": tf.int8, "float32": tf.float32}
            converter.inference_input_type = types[io]
            converter.inference_output_type = types[io]
        else:
            ops = [
                sets.EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8,
            ]
    if chosen.name == "dynamic" and target == "tflite-runtime-2.14":
        # Per-channel dense weights become FULLY_CONNECTED 12, which 2.14 lacks.
        converter._experimental_disable_per_channel_quantization_for_dense_layers = True
        note(
            "Dense layers are quantized per tensor, because tflite-runtime 2.14 does "
            "not know FULLY_CONNECTED version 12."
        )
    if allow_flex:
        ops.append(sets.SELECT_TF_OPS)
    converter.target_spec.supported_ops = ops
    try:
        with _quiet():
            if chosen.name == "int8" and samples is not None and not allow_flex:
                return _with_own_ranges(converter, samples, io, note)
            return bytes(converter.convert())
    except (
        ConverterError,
        ValueError,
        RuntimeError,
        TypeError,
        tf.errors.OpError,
    ) as error:
        raise ConversionError(_reason(error, chosen, allow_flex)) from error


def _with_own_ranges(
    converter: Any,
    samples: Callable[[], Iterable[Sample]],
    io: str,
    note: Callable[[str], None],
) -> bytes:
    """Quantize with ranges from :mod:`.ranges`, or TensorFlow's where those cannot be.

    The two private steps are the ones that TensorFlow's guide to selective quantization
    shows; should they go away, the plain way still gives a right file.
    """
    import tensorflow as tf
    from tensorflow.lite.python import convert as tflite_convert

    from ..runtime.model_file import ModelFile
    from .compatibility import inspect
    from .ranges import NotWatchableError, best_of, watch

    types = {"uint8": tf.uint8, "int8": tf.int8, "float32": tf.float32}
    quantize = getattr(tflite_convert, "mlir_quantize", None)
    if quantize is None or not hasattr(converter, "_experimental_calibrate_only"):
        return bytes(converter.convert())
    converter.representative_dataset = lambda: itertools.islice(samples(), 1)
    converter._experimental_calibrate_only = True
    calibrated = bytes(converter.convert())
    try:
        watched = watch(calibrated, samples())
    except NotWatchableError:
        converter.representative_dataset = samples
        converter._experimental_calibrate_only = False
        return bytes(converter.convert())

    def quantized(model: bytes) -> bytes:
        # The same input now and then leaves an operator in float (measured: a SPLIT,
        # once in twelve times), so a result with one is not believed at once.
        for _ in range(_TRIES):
            data = bytes(
                quantize(model, input_data_type=types[io], output_data_type=types[io])
            )
            if not inspect(ModelFile.from_bytes(data)).float_operators:
                break
        return data

    data, share = best_of(calibrated, watched, quantized)
    if share < 1:
        note(
            f"Ranges hold the extremes of {share:.0%} of the calibration samples: that "
            "reproduces the float outputs better than the widest ones."
        )
    return data


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Silence the converter's remarks on the path that is taken on purpose."""
    from absl import logging as absl_logging

    level = absl_logging.get_verbosity()
    absl_logging.set_verbosity(absl_logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        absl_logging.set_verbosity(level)


def _reason(error: Exception, chosen: Recipe, allow_flex: bool) -> str:
    """Return a sentence from one of TensorFlow's multi-page messages."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    telling = [
        line
        for line in lines
        if "is neither a custom op nor a flex op" in line
        or "failed to legalize" in line
        or "Didn't find op" in line
        or "is not supported" in line
    ]
    # The compiler puts the place in the model's source before "error:".
    first = (telling or lines or [type(error).__name__])[0].rpartition("error: ")[2]
    first = first[:240].rstrip(".")
    text = (
        f"TensorFlow cannot convert this model with the recipe {chosen.name}: {first}."
    )
    if "flex op" in first and allow_flex:
        text += " Replace the layer that uses it."
    elif "flex op" in first or any("Flex" in line for line in lines):
        text += (
            " Replace the layer that uses it, or pass --allow-flex when the device's "
            "interpreter has TensorFlow's ops."
        )
    elif chosen.full_integer:
        text += " Try --recipe float16 or --recipe dynamic."
    return text
