"""Own layers, the caller's rule and figures: never silently one of two."""

from __future__ import annotations

import pytest
from edgevision.converters.keras.layers import OwnNormalization
from edgevision.converters.options import ConvertOptions
from edgevision.converters.scale.candidate import candidates
from edgevision.converters.scale.choice import choose_scale
from edgevision.converters.scale.evidence import ScaleRow, ranked

from edgevision.errors import ConversionError

UNIT = OwnNormalization((0.0,), (255.0,), ("rescaling",), eats_pixels=True)
OF_UNIT = OwnNormalization((0.4,), (0.2,), ("statistics",), eats_pixels=False)


def evidence_for(best, *, is_frozen=False, distance=0.1, has_own=False):
    rows = [
        ScaleRow(item, distance if item.normalize == best else 2.0)
        for item in candidates(3)
    ]
    return ranked(rows, 12, "bn", is_frozen=is_frozen, has_own=has_own)


def choose(own, *, contradiction=None, evidence=None, **options):
    notes, warnings = [], []
    chosen = choose_scale(
        own,
        ConvertOptions(**options),
        lambda: evidence,
        lambda candidate: contradiction,
        notes.append,
        warnings.append,
    )
    return chosen, notes, warnings


def contradiction(best, *, has_own=False):
    evidence = evidence_for(best, has_own=has_own)
    row = evidence.rows[0]
    mine = next(item for item in evidence.rows if item.candidate.normalize == "raw")
    return row, mine, evidence


@pytest.mark.parametrize("asked", [None, "own", "raw", "mean=0,std=1", "auto"])
def test_own_layers_alone_take_pixels(asked):
    chosen, notes, _ = choose(UNIT, normalize=asked)
    assert chosen.normalization.std == (1.0,)
    assert chosen.own == "unit"
    assert chosen.source == "the model's own layers"
    assert "'rescaling': unit" in notes[0]


@pytest.mark.parametrize(
    "asked", ["unit", "mean=0,std=255", "std=254.9,mean=0", "signed"]
)
def test_a_rule_beside_own_layers_is_a_question(asked):
    """An equal one too: EfficientNet trained on x / 255 is the usual mistake."""
    with pytest.raises(ConversionError) as caught:
        choose(UNIT, normalize=asked)
    sentence = str(caught.value)
    assert f"--normalize {asked} --stacked" in sentence
    assert "--normalize own" in sentence
    assert "'rescaling': unit" in sentence


def test_stacked_does_both():
    chosen, notes, _ = choose(UNIT, normalize="unit", stacked=True)
    assert chosen.normalization.std == (255.0,)
    assert chosen.own is None
    assert "--stacked, before the model's own layers (unit)" in chosen.source
    assert "first" in notes[0]
    assert "then pass through" in notes[0]


def test_own_layers_that_saw_other_values_in_training_are_a_question_with_its_table():
    with pytest.raises(ConversionError) as caught:
        choose(UNIT, contradiction=contradiction("unit", has_own=True))
    assert "--normalize unit --stacked" in caught.value.sentence
    assert "--normalize own" in caught.value.sentence
    assert caught.value.table[2].startswith("  --normalize unit --stacked ")
    assert any(line.startswith("  --normalize own ") for line in caught.value.table)
    # Whoever says own is believed.
    choose(UNIT, normalize="own", contradiction=contradiction("unit"))


def test_own_needs_layers():
    with pytest.raises(ConversionError, match="none of them is known to scale pixels"):
        choose(None, normalize="own")


def test_stacked_needs_a_rule():
    for asked in (None, "auto", "own"):
        with pytest.raises(ValueError, match="it needs the rule"):
            ConvertOptions(normalize=asked, stacked=True)


def test_layers_that_do_not_fit_pixels_are_stacked_and_said():
    chosen, notes, _ = choose(OF_UNIT, normalize="unit")
    assert chosen.normalization.std == (255.0,)
    assert "then pass through the model's own layer 'statistics'" in notes[0]
    with pytest.raises(ConversionError, match="which does not fit pixels"):
        choose(OF_UNIT)


def test_nothing_said_and_nothing_to_look_at_is_the_plain_sentence():
    with pytest.raises(ConversionError, match="does not say how its input is") as error:
        choose(None)
    assert error.value.table == ()
    assert "--normalize raw" in str(error.value)


def test_what_is_proven_is_named_and_only_auto_takes_it():
    with pytest.raises(ConversionError) as caught:
        choose(None, evidence=evidence_for("signed"))
    assert "Pass --normalize signed, or --normalize auto" in caught.value.sentence
    assert caught.value.table[2].startswith("  --normalize signed")
    chosen, notes, _ = choose(None, normalize="auto", evidence=evidence_for("signed"))
    assert chosen.normalization.std == (127.5,)
    assert chosen.source.startswith("auto: layer 'bn' gets what it got in training")
    assert chosen.evidence["candidates"][0]["normalize"] == "signed"
    assert "takes --normalize signed" in notes[0]


@pytest.mark.parametrize(
    "doubt",
    [
        {"is_frozen": True},  # an earlier training's statistics
        {"distance": 0.9},  # nothing fits
    ],
)
def test_in_doubt_auto_asks(doubt):
    evidence = evidence_for("signed", **doubt)
    with pytest.raises(ConversionError, match="No scale is beyond doubt") as caught:
        choose(None, normalize="auto", evidence=evidence)
    assert ("frozen" in " ".join(caught.value.table)) is ("is_frozen" in doubt)


def test_a_rule_that_the_statistics_contradict_is_taken_with_a_warning():
    chosen, _, warnings = choose(
        None, normalize="raw", contradiction=contradiction("signed")
    )
    assert chosen.normalization.std == (1.0,)
    assert "contradicts the model" in warnings[0]
    assert warnings[0].endswith("Compare with --normalize signed.")
