"""Turn a frozen function into the bytes of a ``.tflite`` file, as a recipe says."""

from __future__ import annotations

import contextlib
import itertools
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from ...errors import ConversionError
from ...runtime.tflite import ModelFile
from .compatibility import inspect
from .ranges import NotWatchableError, best_of, watch
from .recipes import Recipe

if TYPE_CHECKING:
    import numpy.typing as npt

    Sample = Sequence[npt.NDArray[Any]]

_TRIES: Final = 4


def build(
    function: Any,
    chosen: Recipe,
    *,
    io: str,
    samples: Callable[[], Iterable[Sample]] | None = None,
    target: str = "litert",
    allow_flex: bool = False,
    on_note: Callable[[str], None] = lambda text: None,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> bytes:
    """Turn a frozen function into the bytes of a ``.tflite`` file.

    The converter gets the function alone: handing over the Keras model as well sends it
    through a SavedModel, which takes several times as long for the same file.

    Args:
        function: A frozen concrete function with fixed shapes.
        chosen: The recipe.
        io: Type of inputs and outputs.
        samples: Makes an iterator over calibration inputs: per sample one array for
            each input, in the function's order, batch axis included.
        target: A name from ``TARGETS``.
        allow_flex: Accept TensorFlow ops in the file.
        on_note: Called with a sentence about special flags that are used.
        on_progress: Called with the number of sets of ranges tried and of all.

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
        on_note(
            "Dense layers are quantized per tensor, because tflite-runtime 2.14 does "
            "not know FULLY_CONNECTED version 12."
        )
    if allow_flex:
        ops.append(sets.SELECT_TF_OPS)
    converter.target_spec.supported_ops = ops
    try:
        with _quiet():
            if chosen.name == "int8" and samples is not None and not allow_flex:
                return _with_own_ranges(converter, samples, io, on_note, on_progress)
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
    on_note: Callable[[str], None],
    on_progress: Callable[[int, int], None],
) -> bytes:
    """Quantize with ranges from :mod:`.ranges`, or else with TensorFlow's own.

    TensorFlow's guide to selective quantization shows the two private steps that are
    used here. A TensorFlow without them still gives a right file, with its own ranges.
    """
    import tensorflow as tf
    from tensorflow.lite.python import convert as tflite_convert

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
        # TensorFlow sometimes leaves an operator in float that it quantizes on the next
        # try (measured: a SPLIT, once in twelve times), so such a result is made again.
        for _ in range(_TRIES):
            data = bytes(
                quantize(model, input_data_type=types[io], output_data_type=types[io])
            )
            if not inspect(ModelFile.from_bytes(data)).float_operators:
                break
        return data

    data, share = best_of(calibrated, watched, quantized, on_progress)
    if share < 1:
        on_note(
            f"Ranges cover the extreme values of {share:.0%} of the calibration "
            "samples: the outputs are then closer to float than with all of them."
        )
    return data


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Silence the converter's warnings about steps that are intended."""
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
    """Return one sentence from a message of TensorFlow, which may fill pages."""
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
            " Replace the layer that uses it, or pass --allow-flex if the device's "
            "interpreter has TensorFlow's operators."
        )
    elif chosen.full_integer:
        text += " Try --recipe float16 or --recipe dynamic."
    return text
