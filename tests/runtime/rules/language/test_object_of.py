"""A rule is about one object at a time, or about all of them together."""

from __future__ import annotations

import pytest
from edgevision.runtime.rules.language import ANY, RuleError, object_labels, parse


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("person in yard for 3s", {"person"}),
        ("person in yard and time in 22:00..06:00", {"person"}),
        ("person, car in yard and car crosses gate", {"car"}),
        ("person in yard or car in lot", {"person", "car"}),
        ("any in yard and not person in porch", ANY),
        ("person in yard and any in porch", {"person"}),
        ("person in yard or any in porch", ANY),
        ("dwell(person in shelf) > 10s", {"person"}),
        ("crosses gate in", ANY),
        ("person in yard and not person in porch", {"person"}),
        ("person in yard until person in porch", {"person"}),
        ("person in yard and not seen(dog)", {"person"}),
        ("count(person) > 2", None),
        ("not seen(cat) for 12h", None),
        ("score(cat) > 0.8 or value(age) > 3", None),
        ("crossings(gate) > 3 in 1h and free(space)", None),
    ],
)
def test_a_rule_is_about_these_objects(text, labels):
    assert object_labels(parse(text), text) == labels


@pytest.mark.parametrize(
    ("text", "place", "sentence"),
    [
        (
            "person in yard and car in lot",
            "car in lot",
            "No object is both of 'person in yard' and of 'car in lot'. A rule is "
            "about one object; of the other write seen(car in lot).",
        ),
        (
            "person in yard and not car in lot",
            "car in lot",
            "write seen(car in lot).",  # every person would be "not a car in lot"
        ),
        ("not person in yard", "person in yard", "Write seen(person in yard): that"),
        ("not person in frame for 3s", "person in frame", "Write seen(person): that"),
        (
            "person in yard or count(car) > 4",
            "person in yard",
            "Write two rules, or seen(person in yard).",
        ),
        ("not car crosses gate in", "car crosses", "crossings(car at gate in) > 0 in"),
        ("crosses gate for 3s", "crosses gate", "true for one moment only"),
        ("(car in lot and crosses gate) for 3s", "(car", "true for one moment only"),
        ("seen(cat) until cat in yard", "cat in yard", "seen(cat in yard)"),
        ("person in yard until car in lot", "car in lot", "seen(car in lot)"),
    ],
)
def test_what_is_never_true_or_has_two_meanings_is_refused(text, place, sentence):
    with pytest.raises(RuleError) as refusal:
        object_labels(parse(text), text)
    assert sentence in refusal.value.sentence
    assert text[refusal.value.position :].startswith(place)


def test_a_crossing_or_something_that_lasts_can_last():
    text = "(car in lot or car crosses gate) for 3s"
    assert object_labels(parse(text), text) == {"car"}
