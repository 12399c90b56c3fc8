"""The layers of a network: listed in order, and copied where they fit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from edgevision.training.networks.network_layers import (
    copy_weights,
    layers_of,
    with_head,
    without_head,
)

from edgevision.errors import TrainingError

pytestmark = pytest.mark.tf


@pytest.fixture
def layers():
    return pytest.importorskip("keras").layers


def test_layers_of_nested_networks_stand_in_their_place(layers):
    import keras

    inner = keras.Sequential([layers.Dense(3, name="b"), layers.ReLU(name="c")])
    model = keras.Sequential(
        [keras.Input((2,)), layers.Dense(2, name="a"), inner, layers.Dense(1, name="d")]
    )
    assert [layer.name for layer in layers_of(model)] == ["a", "b", "c", "d"]


def test_weights_go_to_the_next_layer_of_the_same_shapes(layers):
    import keras

    def built(*units):
        model = keras.Sequential([keras.Input((4,)), *map(layers.Dense, units)])
        return model.layers

    sources, targets = built(4, 5, 4, 4), built(4, 4, 4)
    # 4->4 fits the first; of the others only 4->4 in the end, once.
    assert copy_weights(sources, targets) == 2
    for source, target in ((0, 0), (3, 1)):
        np.testing.assert_array_equal(
            sources[source].get_weights()[0], targets[target].get_weights()[0]
        )
    assert copy_weights([], targets) == 0


@pytest.mark.parametrize("shape", [(1, 1, 4), (3, 3, 4), (4,)])
def test_a_head_gives_one_score_per_class(layers, shape):
    import keras

    image = keras.Input(shape)
    model = with_head(image, image, 5)
    scores = np.asarray(model(np.ones((2, *shape), np.float32)))
    assert scores.shape == (2, 5)
    np.testing.assert_allclose(scores.sum(axis=1), 1, rtol=1e-5)
    body = without_head(model, Path("net.keras"))
    assert body.output_shape == (None, 4)


def test_a_network_without_a_head_is_named(layers):
    import keras

    model = keras.Sequential([keras.Input((4,)), layers.BatchNormalization()])
    with pytest.raises(TrainingError, match="net.keras: it ends in a BatchNorm"):
        without_head(model, Path("net.keras"))
