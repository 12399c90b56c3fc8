"""Flags in sentences about the model of ``--then``."""

from __future__ import annotations

import pytest

from edgevision.cli.second_model.flags import as_then_options


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "Pass --task text --option blank=last (keras-ocr).",
            "Pass --then-option task=text --then-option blank=last (keras-ocr).",
        ),
        (
            "takes pixels: --normalize unit (0..1), raw (0..255) or signed (-1..1).",
            "takes pixels: --then-option normalize=unit (0..1), raw (0..255) or signed "
            "(-1..1).",
        ),
        (
            "Pass --normalize: raw (0..255), unit (0..1).",
            "Pass --then-option normalize=NAME: raw (0..255), unit (0..1).",
        ),
        (
            "Add --labels FILE with one character per line.",
            "Add --then-option labels=FILE with one character per line.",
        ),
        ("Pass --labels.", "Pass --then-option labels=FILE."),
        (
            "Pass --input-size 256x256.",
            "Pass --then-option input_size=256x256.",
        ),
        (
            "Pass --decoder classifier for classes, or --decoder embedding.",
            "Pass --then-option decoder=classifier for classes, or --then-option "
            "decoder=embedding.",
        ),
        (
            "in this order: --head first=values --head second=text (tasks: values).",
            "in this order: --then-option 'heads="
            '{"first": {"task": "values"}, "second": {"task": "text"}}\' '
            "(tasks: values).",
        ),
        (
            "Pass --input style/x=vector.npy with 100 numbers.",
            'Pass --then-option \'inputs={"style/x": "vector.npy"}\' with 100 numbers.',
        ),
        ("Pass --delegate none.", "Pass --delegate none."),
    ],
)
def test_flags_become_options_of_the_second_model(sentence, expected):
    assert as_then_options(sentence) == expected
