"""A choice is proven or assumed, and the later word counts."""

from __future__ import annotations

from edgevision.runtime.opening.evidence import ASSUMED, Evidence


def test_a_proof_drops_the_assumption_and_nothing_else():
    evidence = Evidence()
    evidence.assume("color", "Channels are red, green, blue.")
    evidence.note("Not used: damaged metadata.")
    evidence.assume("resize", "The picture is stretched.")
    assert evidence.sources == {"color": ASSUMED, "resize": ASSUMED}
    evidence.set("color", "the caller")
    assert evidence.sources == {"color": "the caller", "resize": ASSUMED}
    assert evidence.assumptions == (
        "Not used: damaged metadata.",
        "The picture is stretched.",
    )


def test_an_assumption_replaces_an_earlier_word():
    evidence = Evidence()
    evidence.set("labels", "TFLite Metadata")
    evidence.assume("labels", "Labels are numbers.")
    evidence.assume("labels", "Labels are letters.")
    assert evidence.sources == {"labels": ASSUMED}
    assert evidence.assumptions == ("Labels are letters.",)


def test_options_of_another_decoder_are_forgotten():
    evidence = Evidence()
    evidence.set("decoder", "the card")
    evidence.set("options.head", "8 channels")
    evidence.assume("options.units", "Boxes are pixels.")
    evidence.forget_options()
    assert evidence.sources == {"decoder": "the card"}
    assert evidence.assumptions == ()


def test_what_was_handed_out_does_not_change_any_more():
    evidence = Evidence()
    evidence.set("task", "the card")
    before = evidence.sources
    evidence.set("task", "the caller")
    assert before == {"task": "the card"}
