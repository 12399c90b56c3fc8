"""What a file says about its Lambda layers: shapes, places, likely expressions."""

from __future__ import annotations

import codecs
import json
import marshal

import pytest
from edgevision.converters.keras.lambda_layers import (
    describe_lambda,
    find_lambda_layers,
    kernel_shapes,
    lambda_facts,
    lambda_options,
)
from edgevision.converters.keras.lambda_layers.graph import read_graph
from edgevision.converters.keras.lambda_layers.layer_shapes import _FORMULAS
from edgevision.converters.keras.lambda_layers.shapes import layer_shapes
from edgevision.converters.keras.lambda_layers.suggestions import suggestions
from hypothesis import given
from hypothesis import strategies as st


def layer(kind, name, **config):
    return {"class_name": kind, "config": {"name": name, **config}}


def chain(*layers):
    config = {"name": "net", "layers": list(layers)}
    return {"class_name": "Sequential", "config": config}


def lambda_of(function="preprocess", name="fix", **config):
    return layer("Lambda", name, function=function, **config)


def stored(function):
    text = codecs.encode(marshal.dumps(function.__code__), "base64").decode()
    return [text, None, None]


def pair(shape, after, function="preprocess", **config):
    """Return a net in which a Lambda takes one shape and makes another."""
    return chain(
        layer("InputLayer", "in", batch_shape=[None, *shape]),
        layer("Dropout", "drop"),
        lambda_of(function, output_shape=list(after), **config),
        layer("Flatten", "flat"),
    )


@pytest.mark.parametrize(
    ("shape", "after", "likely"),
    [
        ((8, 8, 3), (8, 8, 3), ["x / 255", "x / 127.5 - 1", "x / 255 - 0.5", "x"]),
        (
            (160, 320, 3),
            (66, 200, 3),
            ["resize(x, 66, 200)", "crop(x, 47, 47, 60, 60)"],
        ),
        ((8, 8, 3), (16, 16, 3), ["resize(x, 16, 16)"]),
        ((8, 8, 3), (8, 8, 1), ["gray(x)"]),
        ((8, 8, 1), (8, 8, 3), ["rgb(x)"]),
        ((8, 8, 12), (16, 16, 3), ["depth_to_space(x, 2)"]),
        ((8, 8, 27), (24, 24, 3), ["depth_to_space(x, 3)"]),
        ((8, 8, 3), (4, 4, 12), ["space_to_depth(x, 2)"]),
        ((8, 8, 5), (5,), ["mean(x, (1, 2))", "max(x, (1, 2))"]),
        ((2, 3, 4), (24,), ["flatten(x)"]),
        ((2, 3, 4), (6, 4), ["reshape(x, 6, 4)"]),
        ((2, 3, 4), (7, 4), []),
    ],
)
def test_likely_expressions_fit_the_shapes(shape, after, likely):
    (found,) = find_lambda_layers(pair(shape, after, function="f"))
    assert (found.inputs, found.output) == ((shape,), after)
    assert found.is_first
    assert [item.expression for item in suggestions(found)] == likely


@pytest.mark.parametrize(
    ("shape", "after", "function", "first"),
    [
        ((8, 8, 3), (8, 8, 3), stored(lambda x: x / 255 - 0.5), "x / 255 - 0.5"),
        # Too much to read, but its constants say the scaling.
        (
            (8, 8, 3),
            (8, 8, 3),
            stored(lambda x: foo(x, 127.5, 1.0)),  # noqa: F821
            "x / 127.5 - 1",
        ),
        ((9, 9, 3), (3, 3, 3), stored(lambda x: tf.image.resize_images(x)),  # noqa: F821
         "resize_v1(x, 3, 3)"),
        ((9,), (9,), stored(lambda x: K.l2_normalize(x, y)),  # noqa: F821
         "l2_normalize(x)"),
        ((9, 9, 3), (9, 9, 1), "to_gray", "gray(x)"),
        ((9, 9, 3), (9, 9, 3), "preprocess_input", "x / 127.5 - 1"),
    ],
)  # fmt: skip
def test_what_the_code_mentions_comes_first(shape, after, function, first):
    (found,) = find_lambda_layers(pair(shape, after, function=function))
    assert suggestions(found)[0].expression == first


def test_a_lambda_behind_the_last_dense_is_likely_l2_normalize():
    model = chain(
        layer("Dense", "d", units=64, batch_input_shape=[None, 128]),
        lambda_of("f", name="l2"),
    )
    model["config"]["layers"][1]["config"]["output_shape"] = [64]
    (found,) = find_lambda_layers(model)
    assert found.follows_dense
    assert not found.is_first
    assert suggestions(found)[0].expression == "l2_normalize(x)"


def test_keras_2_and_3_say_the_inputs_of_a_functional_layer_differently():
    entries = [
        layer("InputLayer", "a", batch_shape=[None, 8]),
        layer("InputLayer", "b", batch_shape=[None, 8]),
        {**lambda_of(stored(lambda v: abs(v[0] - v[1]))), "name": "fix"},
    ]
    history = [
        {"class_name": "__keras_tensor__", "config": {"keras_history": [name, 0, 0]}}
        for name in "ab"
    ]
    for nodes in (
        [[["a", 0, 0, {}], ["b", 0, 0, {}]]],
        [{"args": [history], "kwargs": {}}],
    ):
        entries[2]["inbound_nodes"] = nodes
        config = {
            "layers": entries,
            "input_layers": [["a", 0, 0], ["b", 0, 0]],
            "output_layers": [["fix", 0, 0]],
        }
        (found,) = find_lambda_layers({"class_name": "Model", "config": config})
        assert found.inputs == ((8,), (8,))
        assert found.expression == "abs(x[0] - x[1])"


def test_layers_of_nested_models_and_wrappers_are_named_too():
    inner = layer("Sequential", "inner", layers=[lambda_of(name="deep")])
    wrapped = layer("TimeDistributed", "each", layer=lambda_of(name="wrapped"))
    layers = find_lambda_layers(chain(inner, wrapped, lambda_of(name="outer")))
    assert [item.name for item in layers] == ["deep", "outer", "wrapped"]
    assert [item.is_first for item in layers] == [True, False, False]


@pytest.mark.parametrize(
    ("function", "scales"),
    [
        (lambda x: x / 255, True),
        (lambda x: tf.image.resize(x, (8, 8)) / 127.5 - 1, True),  # noqa: F821
        # The scale stays as it is, or is not a line.
        (lambda x: tf.image.resize(x, (8, 8)), False),  # noqa: F821
        (lambda x: x, False),
        (lambda x: x * x, False),
    ],
)
def test_a_first_layer_scales_pixels_or_leaves_them(function, scales):
    (item,) = find_lambda_layers(pair((8, 8, 3), (8, 8, 3), stored(function)))
    assert item.scales_pixels == scales


def test_the_words_name_what_is_known_and_what_is_not():
    model = pair((8, 8, 3), (8, 8, 3), function=stored(lambda x: x / 255))
    (found,) = find_lambda_layers(model)
    assert describe_lambda(found).startswith("'fix': 8x8x3 -> 8x8x3, the first layer")
    assert "reads as: x / 255" in describe_lambda(found)
    assert lambda_options([found]) == "--lambda 'fix=x / 255'"
    (unknown,) = find_lambda_layers(chain(layer("Odd", "o"), lambda_of("blur")))
    assert describe_lambda(unknown) == (
        "'fix': unknown shape -> unknown shape, function 'blur'. No expression is "
        "likely by its shapes."
    )
    assert lambda_options([unknown]) == "--lambda fix=..."
    assert json.dumps(lambda_facts([found, unknown]))


@pytest.mark.parametrize(
    ("scales", "options"),
    [
        ({"s0": 0.1, "s1": 0.1, "s2": 0.1}, "--lambda '*=x * 0.1'"),
        ({"a": 0.1, "b": 0.1}, "--lambda 'a=x * 0.1' --lambda 'b=x * 0.1'"),
        (
            {"B35_1_sum": 0.17, "B35_2_sum": 0.17, "B35_3_sum": 0.17, "B8_1_sum": 0.2},
            "--lambda 'B35_*_sum=x * 0.17' --lambda 'B8_1_sum=x * 0.2'",
        ),
        # No pattern fits only these.
        (
            {"a1": 0.1, "a2": 0.1, "a3": 0.1, "a4": 0.2},
            "--lambda 'a1=x * 0.1' --lambda 'a2=x * 0.1' --lambda 'a3=x * 0.1' "
            "--lambda 'a4=x * 0.2'",
        ),
    ],
)
def test_layers_that_compute_the_same_share_an_option(scales, options):
    code = stored(lambda x, scale: x * scale)
    layers = find_lambda_layers(
        chain(
            *(
                lambda_of(code, name, arguments={"scale": scale})
                for name, scale in scales.items()
            )
        )
    )
    assert lambda_options(layers) == options


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 99) | st.sampled_from(
        ["Lambda", "Dense", "in", "fix", "Conv2D", "same"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(
            ["class_name", "config", "layers", "name", "inbound_nodes", "function",
             "batch_shape", "output_shape", "kernel_size", "strides", "filters",
             "input_layers", "output_layers", "keras_history", "build_config",
             "input_shape", "arguments", "code"]), inner, max_size=5),
    max_leaves=25,
)  # fmt: skip


@given(VALUES)
def test_any_description_of_a_model_is_read_without_a_fault(value):
    for model in (
        value if isinstance(value, dict) else {"config": value},
        {"class_name": "Functional", "config": {"layers": [value, lambda_of(value)]}},
        chain(layer("InputLayer", "in", batch_shape=value), lambda_of(value)),
        chain(lambda_of(output_shape=value), layer("Conv2D", "c", kernel_size=value)),
    ):
        for item in find_lambda_layers(model):
            assert describe_lambda(item)


@pytest.mark.tf
def test_shapes_are_those_that_keras_computes(tmp_path):
    import keras
    from keras import layers as kl

    inputs = keras.Input((37, 41, 3))
    x = kl.Conv2D(4, 5, strides=2, padding="same")(inputs)
    x = kl.Conv2D(6, (3, 4), dilation_rate=2)(x)
    x = kl.DepthwiseConv2D(3, depth_multiplier=2)(kl.ReLU()(x))
    x = kl.SeparableConv2D(5, 3, padding="same")(x)
    x = kl.Conv2DTranspose(4, 3, strides=2)(x)
    x = kl.Conv2DTranspose(4, 2, strides=2, padding="same")(x)
    x = kl.MaxPooling2D(3, 2)(x)
    x = kl.AveragePooling2D(2, padding="same")(x)
    x = kl.ZeroPadding2D(((1, 2), (3, 4)))(kl.UpSampling2D((2, 3))(x))
    x = kl.Cropping2D(((1, 0), (2, 1)))(x)
    x = kl.Concatenate()([x, kl.Resizing(*x.shape[1:3])(inputs)])
    y = kl.GlobalMaxPooling2D(keepdims=True)(x)
    x = kl.Multiply()([x, y])
    z = kl.Permute((3, 1, 2))(x)
    z = kl.Reshape((-1, x.shape[1]))(z)
    z = kl.Flatten()(kl.Dense(3)(z))
    g = kl.GlobalAveragePooling2D()(x)
    model = keras.Model(inputs, [z, g])
    config = json.loads(model.to_json())
    graph = read_graph(config)
    shapes = layer_shapes(graph, {})
    assert shapes == {item.name: tuple(item.output.shape[1:]) for item in model.layers}
    kinds = {item.kind for item in graph.layers.values()}
    assert kinds >= set(_FORMULAS) - {"Convolution2D"}
    model.save(tmp_path / "net.h5")
    kernels = kernel_shapes(tmp_path / "net.h5")
    for item in model.layers:
        if isinstance(item, (kl.Conv2D, kl.Dense)):
            assert kernels[item.name] == [tuple(item.kernel.shape)]
