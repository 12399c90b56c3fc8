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


def test_what_the_file_alone_decides_is_known():
    plain = OpenOptions(threads=2, delegate="none", check=False)
    assert plain.takes_all_of_file
    on_top = OpenOptions(top_k=3)
    assert on_top.takes_settings_of_file
    assert not on_top.takes_all_of_file
    for name in ("card", "labels", "normalize", "color", "resize", "task", "decoder"):
        assert not OpenOptions(**{name: "x"}).takes_settings_of_file
        takes_pixels = OpenOptions(**{name: "x"}).takes_pixels_of_file
        assert takes_pixels == (name not in ("card", "normalize"))
