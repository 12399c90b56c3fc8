"""Functions of TensorFlow as integer files, and how far these are from float."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from edgevision.converters.build import build, check, recipe
from edgevision.converters.keras.rewriting import rewrite
from edgevision.converters.verify.comparison import KERNELS
from edgevision.runtime.interpreter import Interpreter
from edgevision.runtime.tensors import to_real, to_tensor
from edgevision.runtime.tflite import ModelFile

Array = npt.NDArray[Any]


def frozen(call: Callable[[Any], Any], shape: Sequence[int]) -> Any:
    """Return a function of one tensor, with its variables as constants."""
    import tensorflow as tf
    from tensorflow.python.framework.convert_to_constants import (
        convert_variables_to_constants_v2,
    )

    traced = tf.function(
        lambda x: [call(x)],
        input_signature=[tf.TensorSpec(shape, name="x")],
        autograph=False,
    )
    return convert_variables_to_constants_v2(traced.get_concrete_function())


def values(function: Any, samples: Sequence[Array]) -> Array:
    """Return what a function computes, one row per sample."""
    import tensorflow as tf

    return np.concatenate([function(tf.constant(x))[0].numpy() for x in samples])


def integer_file(function: Any, samples: Sequence[Array]) -> ModelFile:
    """Return a function, rewritten, as an int8 file with float ends.

    No operator in it may be float.
    """
    data = build(
        rewrite(function, integer=True),
        recipe("int8"),
        io="float32",
        samples=lambda: ([sample] for sample in samples),
    )
    file = ModelFile.from_bytes(data)
    check(file, recipe("int8"), target="litert", allow_flex=False)
    return file


def answers(file: ModelFile, samples: Sequence[Array]) -> dict[str, Array]:
    """Return a file's outputs per set of kernels, one row per sample."""
    results = {}
    for kernels in KERNELS:
        with Interpreter(bytes(file.data), delegate=kernels, threads=1) as interpreter:
            fed, read = interpreter.inputs[0], interpreter.outputs[0]
            results[kernels] = np.concatenate(
                [to_real(interpreter.run(to_tensor(x, fed))[0], read) for x in samples]
            )
    return results


def deviation(reference: Array, other: Array) -> float:
    """Return the mean difference, as a share of the reference's mean deviation."""
    spread = np.abs(reference - reference.mean()).mean()
    return float(np.abs(reference - other).mean() / spread)
