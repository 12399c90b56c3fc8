"""The options of opening are those of ``load_model``, with the same defaults."""

from __future__ import annotations

import dataclasses
import inspect

from edgevision.runtime.opening.options import OpenOptions

import edgevision


def test_load_model_spells_out_every_option():
    parameters = inspect.signature(edgevision.load_model).parameters
    spelled = {name: p.default for name, p in parameters.items() if name != "path"}
    # Tiles lie around a model that is open.
    assert spelled.pop("tiles") is None
    assert spelled == {f.name: f.default for f in dataclasses.fields(OpenOptions)}


def test_named_options_of_decoders_come_before_the_others():
    options = OpenOptions(
        score_threshold=0.0, top_k=3, options={"top_k": 5, "head": "yolov8"}
    )
    assert options.decoder_options == {
        "score_threshold": 0.0,
        "top_k": 3,
        "head": "yolov8",
    }
    assert OpenOptions().decoder_options == {}
