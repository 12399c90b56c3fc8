"""Every other network of the zoo is built, converted and run."""

from __future__ import annotations

import pytest
from edgevision.training.shipped.zoo_networks import FULL_SIZE, FullSize

import edgevision
from edgevision.registry import resolve


@pytest.mark.tf
@pytest.mark.parametrize("name", sorted(FULL_SIZE))
def test_it_is_built_and_says_what_it_takes(name):
    net = resolve("network", name, FULL_SIZE)()
    assert isinstance(net, FullSize)
    side = net.takes.split("x")[0]
    assert net.model.input_shape[1] == int(side)
    assert net.model.count_params() > 60_000


@pytest.mark.tf
@pytest.mark.slow
def test_a_network_of_the_zoo_converts_and_runs(tmp_path):
    net = resolve("network", "gan-dense", FULL_SIZE)()
    made = edgevision.convert(net.model, tmp_path / "net.tflite", **net.options)
    assert edgevision.generate(made.path, 2).images.shape == (2, 32, 32, 3)
