"""The defaults that the help shows are those that the decoders use."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from edgevision.runtime.decoders.classifier import ClassifierDecoder
from edgevision.runtime.decoders.ssd.raw import SsdDecoder
from edgevision.runtime.decoders.yolo.head import YoloDecoder
from edgevision.runtime.model import ThenOptions

from edgevision.cli.decoder_defaults import defaults_of, words_of
from edgevision.cli.main import cli


@pytest.mark.parametrize(
    ("name", "decoder", "option"),
    [
        ("yolo", YoloDecoder, "score_threshold"),
        ("yolo", YoloDecoder, "iou_threshold"),
        ("ssd", SsdDecoder, "iou_threshold"),
        ("ssd", SsdDecoder, "max_detections"),
        ("classifier", ClassifierDecoder, "top_k"),
    ],
)
def test_a_default_is_what_the_decoder_takes(name, decoder, option):
    assert defaults_of(option)[name] == getattr(decoder.Options(), option)


@pytest.mark.parametrize(
    "option", ["score_threshold", "iou_threshold", "max_detections", "top_k"]
)
def test_the_words_name_every_value_once(option):
    defaults = defaults_of(option)
    usual, *others = words_of(option).split("; ")
    named = {}
    for part in others:
        value, _, names = part.partition(" for ")
        named |= dict.fromkeys(names.split(", "), float(value))
    assert {name: named.get(name, float(usual)) for name in defaults} == defaults
    assert len(named) <= len(defaults) / 2


def test_an_option_that_no_decoder_has_has_no_words():
    assert words_of("colour") == ""


def test_they_stand_in_the_help_of_run():
    flat = " ".join(CliRunner().invoke(cli, ["run", "--help"]).stdout.split())
    for option in ("score_threshold", "iou_threshold", "max_detections", "top_k"):
        assert f"default: {words_of(option)}]" in flat
    assert "default: 0.1; for landmarks what they were trained with]" in flat
    assert f"default: {ThenOptions().merge}]" in flat
