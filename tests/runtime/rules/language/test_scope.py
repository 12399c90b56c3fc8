"""A rule names only what is there."""

from __future__ import annotations

import dataclasses

import pytest
from edgevision.runtime.rules.language import RuleError, Scope, parse

from edgevision.card import InputCard, ModelCard, OutputCard

SCOPE = Scope(
    labels=("person", "car", "cat"),
    zones=("yard", "lawn"),
    lines=("gate",),
    values=("age",),
)


@pytest.mark.parametrize(
    "text",
    [
        "person in yard for 3s",
        "any in frame",
        "car crosses gate",
        "person crosses yard in",  # who enters a zone crosses it inwards
        "count(car in lawn) > 2 and seen(cat)",
        "crossings(car at gate in) > 1 in 1h",
        "value(age) > 60",
        "free(lawn)",
        "camera is covered",
        "time in 22:00..06:00",
    ],
)
def test_what_exists_is_taken(text):
    SCOPE.check(parse(text), text)


@pytest.mark.parametrize(
    ("text", "place", "sentence"),
    [
        ("persn in yard", "persn", "No label 'persn' here. Did you mean 'person'?"),
        ("Person in yard", "Person", "Did you mean 'person'?"),
        ("car, truck in yard", "truck", "No label 'truck' here."),
        (
            "person in lawm",
            "lawm",
            "'lawm' here. Did you mean 'lawn'? Known: lawn",
        ),
        ("person in gate", "gate", "'gate' is a line, and nothing is in a line. Write"),
        ("seen(cat in roof)", "roof", "No zone 'roof' here."),
        ("free(roof)", "roof", "No zone 'roof' here."),
        ("car crosses gat", "gat", "No line or zone 'gat' here. Did you mean 'gate'?"),
        ("crosses frame", "frame", "'frame' is the whole picture, and no line or zone"),
        ("count(dog) > 2", "dog", "No label 'dog' here."),
        ("score(dog in yard) > 0.2", "dog", "No label 'dog' here."),
        ("dwell(car in roof) > 2s", "roof", "No zone 'roof' here."),
        ("crossings(dog at gate) > 2", "dog", "No label 'dog' here."),
        ("crossings(door) > 2", "door", "No line or zone 'door' here."),
        ("value(agee) > 3", "agee", "No value 'agee' here. Did you mean 'age'?"),
        ("camera is tired", "tired", "Known: blurred, covered, dark, frozen, moved."),
        # inside of everything
        ("not (seen(cat) and seen(dog) for 3s)", "dog", "No label 'dog' here."),
        ("seen(cat) until seen(dog)", "dog", "No label 'dog' here."),
    ],
)
def test_what_does_not_exist_is_refused_with_the_nearest_name(text, place, sentence):
    with pytest.raises(RuleError) as refusal:
        SCOPE.check(parse(text), text)
    error = refusal.value
    assert sentence in error.sentence
    assert text[error.position :][: error.width] == place


@pytest.mark.parametrize(
    "text",
    [
        "person in frame",
        "car crosses yard",
        "dwell(car in yard) > 2s",
        "crossings(yard) > 1",
    ],
)
def test_what_needs_identities_is_refused_without_tracking(text):
    scope = Scope(zones=("yard",), is_tracked=False)
    with pytest.raises(RuleError, match="objects are not tracked here"):
        scope.check(parse(text), text)
    scope.check(parse("seen(person) and count(person) > 2"), "")


def test_a_camera_that_is_not_watched_has_no_states():
    scope = Scope(is_watched=False)
    with pytest.raises(RuleError, match="Switch the camera watch on"):
        scope.check(parse("camera is dark"), "camera is dark")


def test_labels_that_are_not_known_are_not_checked():
    Scope().check(parse("seen(anything) and value(x) > 2"), "")


def test_of_a_thousand_labels_a_dozen_is_shown():
    scope = Scope(labels=[f"class {i}" for i in range(1000)])
    with pytest.raises(RuleError, match="and 988 more"):
        scope.check(parse("seen(cat)"), "seen(cat)")


def _card(task: str, *labels: str) -> ModelCard:
    return ModelCard(
        name="m",
        task=task,
        input=InputCard(8, 8),
        output=OutputCard("x", labels=labels),
    )


NAMED_BY_OPTION = dataclasses.replace(
    _card("values", "age"), output=OutputCard("values", {"names": ["height"]}, ("age",))
)
WITH_PARENTS = dataclasses.replace(
    _card("detection"), output=OutputCard("ssd", {}, ("cat",), {"cat": "animal"})
)


@pytest.mark.parametrize(
    ("card", "text", "is_taken"),
    [
        (_card("detection", "cat"), "cat in frame", True),
        (_card("detection", "cat"), "dog in frame", False),
        (_card("detection"), "count('17') > 2", True),  # labels are numbers
        (_card("detection", "cat"), "value(age) > 2", False),
        (_card("classification", "cat"), "seen(cat) for 2s", True),
        (_card("classification", "cat"), "cat in frame", False),  # not an object
        (_card("segmentation", "road"), "score(road) > 0.3", True),
        (_card("pose"), "person in frame", True),
        (_card("pose", "nose"), "person in frame", True),
        (_card("values", "age"), "value(age) > 60", True),
        (_card("values", "age"), "value(size) > 60", False),
        (_card("values", "age"), "seen(age)", False),
        (_card("values"), "value('0') > 60", True),
        (NAMED_BY_OPTION, "value(height) > 60", True),
        (NAMED_BY_OPTION, "value(age) > 60", False),
        (WITH_PARENTS, "plant in frame", False),
        (WITH_PARENTS, "animal, cat in frame", True),
        (_card("multi-task"), "value(age) > 60 and seen(cat)", True),
        (_card("embedding"), "seen(anna)", True),
    ],
)
def test_a_model_says_what_its_results_name(card, text, is_taken):
    scope = Scope.of_model(card)
    if is_taken:
        scope.check(parse(text), text)
    else:
        with pytest.raises(RuleError):
            scope.check(parse(text), text)


def test_regions_and_the_watch_of_a_camera_stand_beside_the_model():
    scope = Scope.of_model(
        _card("detection", "cat"), zones=["yard"], lines=["gate"], is_watched=True
    )
    text = "cat in yard and cat crosses gate and camera is moved"
    scope.check(parse(text), text)


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ("seen(cat in roof)", "regions', or write 'in frame' for the whole picture."),
        ("crosses gate", "Known: none. Draw one with 'edgevision regions'."),
    ],
)
def test_a_camera_without_places_is_told_how_to_draw_one(text, cure):
    with pytest.raises(RuleError) as refusal:
        Scope(is_tracked=True).check(parse(text), text)
    assert refusal.value.sentence.endswith(cure)
