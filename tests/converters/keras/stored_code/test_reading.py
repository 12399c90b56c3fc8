"""Stored functions are read as data: what they compute, never by running them."""

from __future__ import annotations

import base64
import codecs
import marshal
import struct
import sys

import pytest
from edgevision.converters.keras.expressions import parse_expression
from edgevision.converters.keras.stored_code import (
    read_code,
    read_expression,
    writer_of,
)
from hypothesis import given
from hypothesis import strategies as st

# The bytes that this Python writes; older writers are assembled by hand below.
needs_3_11 = pytest.mark.skipif(
    not (3, 11) <= sys.version_info < (3, 13), reason="instructions of 3.11 and 3.12"
)


def stored(function) -> str:
    """Return a function as Keras stores it."""
    return codecs.encode(marshal.dumps(function.__code__), "base64").decode()


def _preprocess(img):
    import tensorflow as tf

    small = tf.image.resize(img, (66, 200))
    return small / 127.5 - 1.0


def _distance(vectors):
    a, b = vectors
    return K.abs(a - b)  # noqa: F821


# Names such as K and tf are those of the author's file, and are never looked up.
# fmt: off
FUNCTIONS = [
    (lambda x: x / 255.0 - 0.5, {}, 1, "x / 255 - 0.5"),
    (lambda t: 1 - (t - 3) / 8, {}, 1, "1 - (x - 3) / 8"),
    (lambda x: -(x**2) * 0.5, {}, 1, "-x**2 * 0.5"),
    (lambda x: (x - [1, 2, 3]) / 2, {}, 1, "(x - (1, 2, 3)) / 2"),
    (_preprocess, {}, 1, "resize(x, 66, 200) / 127.5 - 1"),
    (_distance, {}, 2, "abs(x[0] - x[1])"),
    (lambda x: K.l2_normalize(x, axis=1), {}, 1, "l2_normalize(x, 1)"),  # noqa: F821
    (lambda x: x[:, 60:140, :, ::-1], {}, 1, "x[:, 60:140, :, ::-1]"),
    (lambda x: (x / 2)[..., 0], {}, 1, "(x / 2)[..., 0]"),
    (lambda i, scale: i[0] + i[1] * scale, {"scale": 0.17}, 2, "x[0] + x[1] * 0.17"),
    (lambda x: tf.cast(x, tf.float32) / 255.0, {}, 1, "x / 255"),  # noqa: F821
    (lambda x: tf.nn.depth_to_space(x, 2), {}, 1, "depth_to_space(x, 2)"),  # noqa: F821
    (lambda x: K.mean(x, axis=[1, 2]), {}, 1, "mean(x, (1, 2))"),  # noqa: F821
    (lambda x: x * tf.nn.relu6(x + 3) / 6, {}, 1, "x * relu6(x + 3) / 6"),  # noqa: F821
    (lambda x: K.reshape(x, (-1, 8, 3)), {}, 1, "reshape(x, 8, 3)"),  # noqa: F821
    (lambda x: tf.concat([x[0], x[1]], axis=-1), {}, 2,  # noqa: F821
     "concat(x[0], x[1], axis=-1)"),
    (lambda x: tf.clip_by_value(x, 0.0, 1.0), {}, 1, "clip(x, 0, 1)"),  # noqa: F821
    (lambda x: tf.transpose(x, [0, 2, 1, 3]), {}, 1,  # noqa: F821
     "transpose(x, (0, 2, 1, 3))"),
    (lambda x: K.expand_dims(K.squeeze(x, 1), -1), {}, 1,  # noqa: F821
     "expand_dims(squeeze(x, 1), -1)"),
    (lambda x: tf.image.resize_images(x, (8, 9)), {}, 1, "resize_v1(x, 8, 9)"),  # noqa: F821
    (lambda x: tf.add(x, 1.0) * 2, {}, 1, "(x + 1) * 2"),  # noqa: F821
    # What it cannot say stays unsaid.
    (lambda x: x if x else 1, {}, 1, None),
    (lambda x: foo(x), {}, 1, None),  # noqa: F821
    (lambda x: tf.image.resize(x, (8, 9), method="area"), {}, 1, None),  # noqa: F821
    (lambda x, y: x * y, {}, 1, None),
    (lambda x: x.numpy(), {}, 1, None),
    (lambda x: [y for y in x], {}, 1, None),
    (lambda x: 255, {}, 1, None),
]
# fmt: on


@needs_3_11
@pytest.mark.parametrize(("function", "arguments", "inputs", "text"), FUNCTIONS)
def test_a_stored_function_reads_as_an_expression(function, arguments, inputs, text):
    code = read_code(stored(function))
    assert code is not None
    assert writer_of(code) == "Python 3.11 or newer"
    assert read_expression(code, arguments, input_count=inputs) == text
    if text is not None:
        parse_expression(text)


def test_names_and_constants_are_those_of_the_code_object():
    code = read_code(stored(_preprocess))
    real = _preprocess.__code__
    assert code is not None
    assert code.names == real.co_names
    assert code.constants == real.co_consts
    assert code.name == "_preprocess"
    assert code.file == real.co_filename
    assert code.instructions == real.co_code


def _bytes(value) -> bytes:
    return b"s" + struct.pack("<i", len(value)) + value


def _tuple(*values: bytes) -> bytes:
    return b"(" + struct.pack("<i", len(values)) + b"".join(values)


def _old(count: int, body: bytes) -> str:
    """Return ``lambda x: x / 127.5 - 1`` as an older Python stores it."""
    numbers = [1, *[0] * (count - 4), 1, 2, 67]
    floats = [b"g" + struct.pack("<d", value) for value in (127.5, 1.0)]
    # Python 2 and 3 alike read names as bytes here.
    data = b"c" + b"".join(struct.pack("<i", number) for number in numbers)
    data += _bytes(body) + _tuple(b"N", *floats) + _tuple() + _tuple(_bytes(b"x"))
    data += _tuple() + _tuple() + _bytes(b"run5.py") + _bytes(b"<lambda>")
    data += struct.pack("<i", 62) + _bytes(b"")
    return base64.b64encode(data).decode()


LONG = b"|\0\0d\1\0\x1bd\2\0\x18S"
WORDS = b"|\0d\1\x1b\0d\2\x18\0S\0"


@pytest.mark.parametrize(
    ("text", "writer"),
    [
        (_old(4, LONG.replace(b"\x1b", b"\x15")), "Python 2"),
        (_old(5, LONG), "Python 3.5 or older"),
        (_old(5, WORDS), "Python 3.6 or 3.7"),
        (_old(6, WORDS), "Python 3.8 to 3.10"),
    ],
)
def test_functions_of_older_pythons_are_read_too(text, writer):
    code = read_code(text)
    assert code is not None
    assert writer_of(code) == writer
    assert read_expression(code, {}) == "x / 127.5 - 1"


def test_old_keras_stored_bytes_as_characters():
    data = base64.b64decode(_old(4, LONG))
    code = read_code(data.decode("raw_unicode_escape"))
    assert code is not None
    assert read_expression(code, {}) == "x / 127.5 - 1"


WHOLE = base64.b64decode(_old(5, LONG))


@given(
    st.binary(max_size=80)
    | st.integers(0, len(WHOLE)).flatmap(
        lambda i: st.binary(min_size=1, max_size=6).map(
            lambda part: WHOLE[:i] + part + WHOLE[i + len(part) :]
        )
    )
)
def test_damaged_bytes_are_none_or_read_and_never_a_fault(data):
    code = read_code(base64.b64encode(data).decode())
    if code is not None:
        text = read_expression(code, {"scale": 2})
        assert text is None or parse_expression(text)


@pytest.mark.parametrize(
    "body",
    [
        # x = x + x, for ever.
        b"|\0\0" + b"}\0\0|\0\0|\0\0\x17" * 20 + b"S",
        # x = (x, x), for ever.
        b"|\0\0" + b"}\0\0|\0\0|\0\0f\2\0" * 20 + b"S",
        # x = -x, for ever.
        b"|\0\0" + b"\x0b" * 500 + b"S",
    ],
)
def test_values_that_grow_without_end_are_given_up(body):
    code = read_code(_old(5, body))
    assert code is not None
    assert read_expression(code, {}) is None
