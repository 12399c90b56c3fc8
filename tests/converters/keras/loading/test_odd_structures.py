"""Structures of old and odd writers load with the right numbers, or are refused."""

from __future__ import annotations

import json

import h5py
import numpy as np
import pytest

from edgevision.errors import ConversionError

pytestmark = [
    pytest.mark.tf,
    pytest.mark.filterwarnings("ignore::UserWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

# What Keras 1.2 wrote for the layers of ``keras_1_net``.
KERAS_1 = [
    (
        "Convolution2D",
        "nb_filter=4 nb_row=3 nb_col=3 border_mode='same' subsample=[2,2] "
        "dim_ordering='tf' bias=True init='glorot_uniform' activation='relu' "
        "W_regularizer=None b_regularizer=None W_constraint=None b_constraint=None "
        "batch_input_shape=[None,16,16,3] input_dtype='float32'",
    ),
    (
        "BatchNormalization",
        "mode=0 axis=-1 epsilon=0.001 momentum=0.99 beta_init='zero' "
        "gamma_init='one' beta_regularizer=None gamma_regularizer=None",
    ),
    (
        "MaxPooling2D",
        "pool_size=[2,2] strides=[2,2] border_mode='valid' dim_ordering='tf'",
    ),
    ("Dropout", "p=0.5"),
    ("Flatten", ""),
    (
        "Dense",
        "output_dim=3 input_dim=None bias=True init='uniform' activation='softmax' "
        "W_regularizer=None b_regularizer=None W_constraint=None b_constraint=None",
    ),
]


def keras_1_net():
    import tf_keras

    layers = tf_keras.layers
    return tf_keras.Sequential(
        [
            layers.Conv2D(
                4, 3, 2, padding="same", activation="relu", input_shape=(16, 16, 3)
            ),
            layers.BatchNormalization(),
            layers.MaxPooling2D(),
            layers.Dropout(0.5),
            layers.Flatten(),
            layers.Dense(3, activation="softmax"),
        ]
    )


def saved(tmp_path, net, change, *, version="2.4.0", backend="tensorflow"):
    """Save a net of Keras 2 with another structure; return path and its answers."""
    from support import keras_2_files as made

    model = made.with_values(net)
    model.save(tmp_path / "net.h5")
    with h5py.File(tmp_path / "net.h5", "r+") as file:
        config = made.older_config(json.loads(file.attrs["model_config"]), "2.4.0")
        file.attrs["model_config"] = json.dumps(change(config))
        for group in (file, file["model_weights"]):
            group.attrs["keras_version"] = version
            group.attrs["backend"] = backend
    return tmp_path / "net.h5", made.answers(model)


def answers(path):
    from edgevision.converters.keras import load
    from support import keras_2_files as made

    source = load(path)
    return source, [np.asarray(x) for x in source.call([made.pictures()])]


def test_keras_1_is_read_in_its_own_words(tmp_path):
    def change(config):
        names = [x["config"]["name"] for x in config["config"]["layers"][1:]]
        rows = zip(names, KERAS_1, strict=True)
        return {
            "class_name": "Sequential",
            "config": [
                {
                    "class_name": kind,
                    "config": eval(f"dict({','.join(words.split())})")  # noqa: S307
                    | {"name": name, "trainable": True},
                }
                for name, (kind, words) in rows
            ],
        }

    path, expected = saved(tmp_path, keras_1_net, change, version="1.2.2")
    assert np.array_equal(answers(path)[1][0], expected[0])


def test_the_kernels_of_theano_are_turned_round(tmp_path):
    from support import keras_2_files as made

    path, expected = saved(tmp_path, made.teachable_machine, lambda x: x)
    with h5py.File(path, "r+") as file:
        for group in (file, file["model_weights"]):
            group.attrs["backend"] = "theano"

        def turn(name, item):
            if isinstance(item, h5py.Dataset) and item.ndim == 4:
                item[...] = item[()][::-1, ::-1]

        file["model_weights"].visititems(turn)
    source, values = answers(path)
    assert np.array_equal(values[0], expected[0])
    assert any("Theano" in note for note in source.notes)


def test_the_model_inside_a_multi_gpu_model_is_taken(tmp_path):
    from support import keras_2_files as made

    def change(config):
        inner = {"name": "model_1", **config, "config": {**config["config"]}}
        inner["config"]["name"] = "model_1"
        parts = [f"lambda_{i}" for i in (1, 2)]
        source = {"batch_input_shape": [None, 16, 16, 3], "name": "in"}
        layers = [
            {
                "class_name": "InputLayer",
                "config": source,
                "name": "in",
                "inbound_nodes": [],
            },
            *(
                {
                    "class_name": "Lambda",
                    "config": {"name": part, "function": ["4wEA", None, None]},
                    "name": part,
                    "inbound_nodes": [[["in", 0, 0, {}]]],
                }
                for part in parts
            ),
            {
                **inner,
                "name": "model_1",
                "inbound_nodes": [[[part, 0, 0, {}]] for part in parts],
            },
            *(
                {
                    "class_name": "Concatenate",
                    "config": {"name": name, "axis": 0},
                    "name": name,
                    "inbound_nodes": [
                        [["model_1", 1, i, {}], ["model_1", 2, i, {}]],
                    ],
                }
                for i, name in enumerate(("a", "b"))
            ),
        ]
        outer = {
            "name": "outer",
            "layers": layers,
            "input_layers": [["in", 0, 0]],
            "output_layers": [["a", 0, 0], ["b", 0, 0]],
        }
        return {"class_name": "Model", "config": outer}

    path, expected = saved(tmp_path, made.branches, change)
    with h5py.File(path, "r+") as file:
        group = file["model_weights"]
        names = [
            name
            for layer in group.attrs["layer_names"]
            for name in group[layer].attrs["weight_names"]
        ]
        values = [
            group[layer][name][()]
            for layer in group.attrs["layer_names"]
            for name in group[layer].attrs["weight_names"]
        ]
        inner = group.create_group("model_1")
        for name, value in zip(names, values, strict=True):
            inner[name] = value
        inner.attrs["weight_names"] = names
        group.attrs["layer_names"] = ["model_1"]
    for one, other in zip(answers(path)[1], expected, strict=True):
        assert np.array_equal(one, other)


def with_argument(value):
    def change(config):
        for layer in config["config"]["layers"]:
            if layer["class_name"] in ("Conv2D", "Dense"):
                layer["config"]["of_a_later_keras"] = value
        return config

    return change


def test_an_argument_without_a_value_is_left_out(tmp_path):
    from support import keras_2_files as made

    path, expected = saved(tmp_path, made.convolutions, with_argument(None))
    assert np.array_equal(answers(path)[1][0], expected[0])


def test_an_argument_that_says_something_is_not_left_out(tmp_path):
    from support import keras_2_files as made

    path, _ = saved(tmp_path, made.convolutions, with_argument("mirror"))
    with pytest.raises(ConversionError, match="of_a_later_keras"):
        answers(path)


def test_an_argument_of_a_later_keras_3_is_left_out(tmp_path):
    import zipfile

    import keras
    from support import keras_2_files as made

    model = keras.Sequential([keras.Input((16, 16, 3)), keras.layers.Conv2D(2, 3)])
    model.save(tmp_path / "a.keras")
    with (
        zipfile.ZipFile(tmp_path / "a.keras") as old,
        zipfile.ZipFile(tmp_path / "b.keras", "w") as new,
    ):
        for name in old.namelist():
            content = old.read(name)
            if name == "config.json":
                content = content.replace(b'"filters"', b'"later": null, "filters"')
            new.writestr(name, content)
    expected = np.asarray(model(made.pictures()))
    assert np.array_equal(answers(tmp_path / "b.keras")[1][0], expected)


def test_channels_first_is_refused_with_what_to_do(tmp_path):
    from support import keras_2_files as made

    def change(config):
        config["config"]["layers"][1]["config"]["data_format"] = "channels_first"
        return config

    path, _ = saved(tmp_path, made.convolutions, change)
    with pytest.raises(ConversionError, match="'conv2d' .Conv2D. takes pictures with"):
        answers(path)


def test_what_has_no_effect_may_be_anybodys_code(tmp_path):
    from support import keras_2_files as made

    own = {"class_name": "OwnCode", "config": {"of": "somebody"}}

    def change(config):
        for layer in config["config"]["layers"]:
            if layer["class_name"] in ("Conv2D", "Dense"):
                layer["config"]["kernel_initializer"] = own
                layer["config"]["kernel_regularizer"] = own
                layer["config"]["bias_constraint"] = own
        return config

    path, expected = saved(tmp_path, made.convolutions, change)
    assert np.array_equal(answers(path)[1][0], expected[0])


def test_an_activation_of_ones_own_is_named(tmp_path):
    from support import keras_2_files as made

    def change(config):
        config["config"]["layers"][1]["config"]["activation"] = "hswish"
        return config

    path, _ = saved(tmp_path, made.convolutions, change)
    with pytest.raises(ConversionError, match="'hswish', which Keras does not have"):
        answers(path)


def joined_alone():
    """Join one tensor alone, as loops over a list of branches do."""
    import tf_keras

    picture = tf_keras.Input((16, 16, 3))
    x = tf_keras.layers.Conv2D(2, 3)(picture)
    return tf_keras.Model(picture, tf_keras.layers.Concatenate()([x]))


def test_a_layer_that_joins_one_tensor_changes_nothing(tmp_path):
    path, expected = saved(tmp_path, joined_alone, lambda config: config)
    assert np.array_equal(answers(path)[1][0], expected[0])
