"""A state goes back into a network of its own shapes, and into no other."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.training.loop.checkpoint_values import assign, of_network, of_optimizers

from edgevision.errors import TrainingError

pytestmark = pytest.mark.tf


def network(units):
    keras = pytest.importorskip("keras")
    layers = [keras.Input((3,)), keras.layers.Dense(units), keras.layers.Dropout(0.5)]
    model = keras.Sequential(layers)
    model.compile("adam", "mse")
    model.optimizer.build(model.trainable_variables)
    return model


def test_weights_random_states_and_optimizer_come_back():
    first, second = network(2), network(2)
    first.fit(np.ones((4, 3)), np.ones((4, 2)), verbose=0)
    for part in (of_network, lambda model: of_optimizers([model.optimizer])):
        values = [np.asarray(variable) for variable in part(first)]
        assign(part(second), values)
        for variable, value in zip(part(second), values, strict=True):
            np.testing.assert_array_equal(np.asarray(variable), value)
    assert len(of_network(first)) == 3  # kernel, bias, the dropout's random state


def test_values_of_another_network_are_refused_and_change_nothing():
    model, other = network(2), network(4)
    before = [np.asarray(variable) for variable in of_network(model)]
    values = [np.asarray(variable) for variable in of_network(other)]
    for given in (values, before[:-1]):
        with pytest.raises(TrainingError, match="of a network with other shapes"):
            assign(of_network(model), given)
    for variable, value in zip(of_network(model), before, strict=True):
        np.testing.assert_array_equal(np.asarray(variable), value)
