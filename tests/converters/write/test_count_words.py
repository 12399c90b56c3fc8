"""Few samples promise little."""

from __future__ import annotations

import pytest
from edgevision.converters.write.count_words import accuracy_words, agreement_words


def verification(count, share, **changes):
    return {
        "metric": "top-1 agreement",
        "n": count,
        "agreement": share,
        "interval": [0.2, 1.0],
        **changes,
    }


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (verification(1, 1.0), "1 of 1 sample, which proves nothing"),
        (verification(2, 0.5), "1 of 2 samples, which proves nothing"),
        (
            verification(1, 0.9984, metric="cosine"),
            "0.998 on 1 sample, which proves nothing",
        ),
        (
            verification(12, 1.0),
            "100.0% on 12 samples (95 % interval 20.0 to 100.0 %, wide because the "
            "samples are few)",
        ),
        (verification(60, 0.9), "90.0% on 60 samples (95 % interval 20.0 to 100.0 %)"),
    ],
)
def test_agreement(facts, words):
    assert agreement_words(facts) == words


@pytest.mark.parametrize(
    ("value", "facts", "words"),
    [
        (1.0, verification(1, 1.0), "1 of 1"),
        (0.5, verification(2, 1.0), "1 of 2"),
        (0.912, verification(60, 1.0), "91.2%"),
        (-0.25, verification(60, 1.0, accuracy_name="R²"), "-0.250"),
        (0.31, verification(2, 1.0, accuracy_name="mAP50-95"), "31.0%"),
    ],
)
def test_accuracy(value, facts, words):
    assert accuracy_words(value, facts) == words


def test_pages_have_two_digits():
    assert agreement_words(verification(60, 0.91234), digits=2).startswith("91.23%")
    assert accuracy_words(0.91234, verification(60, 1.0), digits=2) == "91.23%"
