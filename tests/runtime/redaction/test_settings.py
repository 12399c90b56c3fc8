"""What is to be covered, as files and options say it."""

import pytest
from edgevision.runtime.redaction import Cover, RedactionSettings, read_zone
from edgevision.runtime.tables import TableError

TABLE = {
    "labels": ["face", "plate"],
    "zones": [[[0, 0], [0.5, 0], [0.5, 1]]],
    "style": "fill",
    "color": [1, 2, 3],
    "margin": 0.3,
    "hold": "2s",
    "model": "faces.tflite",
    "answer_within": "500ms",
}


def test_a_table_is_read():
    settings = RedactionSettings.from_table(TABLE, "redact")
    assert settings == RedactionSettings(
        labels=("face", "plate"),
        zones=(((0.0, 0.0), (0.5, 0.0), (0.5, 1.0)),),
        style="fill",
        color=(1, 2, 3),
        margin=0.3,
        hold=2.0,
        model="faces.tflite",
        answer_within=0.5,
    )
    assert settings.cover == Cover("fill", color=(1, 2, 3))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"style": "smear"}, r"\[redact\] style: is 'smear'"),
        ({"hold": 2}, r"\[redact\] hold: .* Write \"2s\""),
        ({"hold": "2h"}, r"\[redact\] hold must be at most an hour"),
        ({"margin": -1}, r"\[redact\] margin"),
        ({"cells": 99}, r"\[redact\] cells"),
        ({"color": [0, 0, 999]}, r"\[redact\] color must be"),
        ({"labels": ["face", ""]}, "empty text"),
        ({"labels": []}, r'model finds what has a label: write labels = \["face"\]'),
        ({"labels": [], "zones": [], "model": ""}, "nothing is to be covered"),
        ({"zones": [[[0, 0], [1, 1]]]}, "zone 1 has 2 points"),
        ({"zones": [[[0, 0], [0.5, 0.5], [1, 1]]]}, "zone 1 has no area"),
        ({"zones": [[[0, 0], [1, 0], [1, 1.5]]]}, r"the point 1, 1\.5"),
        ({"zone": []}, r"no such key here. Did you mean 'zones'"),
    ],
)
def test_a_wrong_table_is_refused(change, words):
    with pytest.raises(TableError, match=words):
        RedactionSettings.from_table({**TABLE, **change}, "redact")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no zone"),
        ("0,0,1", "no zone"),
        ("a,b,c,d", "no zone"),
        ("0,0 1,1", "has 2 points"),
        ("0,0,0,1", "no area"),
        ("0,0,2,1", "the point 2, 0"),
        ("0,0,nan,1", "the point nan, 0"),
    ],
)
def test_a_text_that_is_no_zone_is_refused(text, words):
    with pytest.raises(ValueError, match=words):
        read_zone(text)
