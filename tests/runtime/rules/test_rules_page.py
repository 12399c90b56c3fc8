"""What docs/reference/rules.md says is what rules do."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from edgevision.runtime.event import Event
from edgevision.runtime.results import Values
from edgevision.runtime.rule_event import RuleEvent
from edgevision.runtime.rules import Rule, RuleError, RulesStage, Scope, Timeline
from edgevision.runtime.rules.language import CAMERA_STATES, DAYS, parse
from support.rule_frames import detections, play, rule_frame

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "rules.md").read_text(
    "utf-8"
)
ABOUT = "each object|all together|as .*?"
TABLE = re.findall(rf"^\| `(.+?)` \| (.+?) \| ({ABOUT}) \|$", PAGE, re.M)
MONDAY_NIGHT = datetime(2026, 11, 30, 22, 30)
SATURDAY_NOON = datetime(2026, 11, 28, 12, 0)
NIGHT, NOON = {"began": MONDAY_NIGHT}, {"began": SATURDAY_NOON}


def _one(tracks=None, **options) -> list[Event]:
    return [rule_frame(0.0, tracks or {}, **options)]


def _in(zone: str, *labels: str) -> list[Event]:
    tracks = dict(enumerate(labels, 1))
    return _one(tracks, zones={zone: dict.fromkeys(tracks, 0.0)})


def _crossing(label: str, direction: str = "in", times: int = 1) -> list[Event]:
    tracks = {i: label for i in range(1, times + 1)}
    return _one(tracks, crossings=[(i, "gate", direction) for i in tracks])


def _heat(*numbers: float) -> list[Event]:
    return [
        rule_frame(float(i), result=Values(np.asarray([number], np.float32), ("heat",)))
        for i, number in enumerate(numbers)
    ]


def _age(number: float) -> list[Event]:
    return _one(result=Values(np.asarray([number], np.float32), ("age",)))


def _stay(seconds: float, tracks: dict[int, str], step_s: float = 0.5) -> list[Event]:
    """Return frames over some time with the same objects in the yard and the shelf."""
    count = int(seconds / step_s) + 1
    stays = dict.fromkeys(tracks, 0.0)
    zones = {"yard": stays, "shelf": stays}
    return [rule_frame(i * step_s, tracks, zones=zones) for i in range(count)]


def _watch(state: str) -> list[Event]:
    report = RuleEvent("x", "camera", "start", 0.0, 0.0, 0.0, label=state)
    return _one(reports=(report,))


CASES: dict[str, tuple[list[Event], list[Event]]] = {
    "person in yard": (_in("yard", "person"), _in("yard", "car")),
    "person in frame": (_one({1: "person"}), _one({1: "car"})),
    "any in yard": (_in("yard", "car"), _in("porch", "car")),
    "car, truck in lot": (_in("lot", "truck"), _in("lot", "person")),
    '"traffic light" in frame': (_one({1: "traffic light"}), _one({1: "car"})),
    "car crosses gate": (_crossing("car", "out"), _crossing("person")),
    "crosses gate in": (_crossing("cat"), _crossing("cat", "out")),
    "dwell(person in shelf) > 10s": (
        _stay(11, {1: "person"}),
        _stay(10, {1: "person"}),
    ),
    "seen(cat)": (_one({1: "cat"}), _one({1: "car"})),
    "seen(cat in yard)": (_in("yard", "cat"), _in("porch", "cat")),
    "count(car in lot) > 4": (_in("lot", *["car"] * 5), _in("lot", *["car"] * 4)),
    "count(person) == 0": (_one({1: "car"}), _one({1: "person"})),
    "2 < count(person) <= 5": (
        _one(dict.fromkeys(range(5), "person")),
        _one(dict.fromkeys(range(6), "person")),
    ),
    "count(car in left) > count(car in right)": (
        _one({1: "car"}, zones={"left": {1: 0.0}, "right": {}}),
        _one({1: "car"}, zones={"left": {}, "right": {1: 0.0}}),
    ),
    "score(defect) > 0.8": (
        [rule_frame(0.0, result=detections(["defect"], [0.9]))],
        [rule_frame(0.0, result=detections(["defect"], [0.7]))],
    ),
    "value(age) > 60": (_age(61), _age(60)),
    "free(space1)": (_in("yard", "car"), _in("space1", "car")),
    "crossings(gate in) > 100 in 1h": (
        _crossing("cat", times=101),
        _crossing("cat", times=100),
    ),
    "crossings(car at gate) > 100 per day": (
        _crossing("car", times=101),
        _crossing("cat", times=101),
    ),
    "time in 22:00..06:00": (_one(), _one()),
    "weekday in mon..fri": (_one(), _one()),
    "camera is covered": (_watch("covered"), _watch("dark")),
    "not seen(cat)": (_one({1: "car"}), _one({1: "cat"})),
    "person in yard and weekday in sat, sun": (
        _in("yard", "person"),
        _in("porch", "person"),
    ),
    "person in yard or person in porch": (_in("porch", "person"), _in("porch", "car")),
    "(seen(cat) or seen(dog)) and free(sofa)": (
        _one({1: "dog"}),
        _in("sofa", "dog"),
    ),
    "person in yard for 3s": (_stay(3, {1: "person"}), _stay(2.5, {1: "person"})),
    "seen(cat) until 5s without": (_one({1: "cat"}), _one()),
    "value(heat) > 60 until value(heat) < 55": (_heat(61, 56, 55), _heat(60)),
    "not seen(cat) for 12h": (
        _stay(43200, {1: "car"}, 9),
        _stay(43191, {1: "car"}, 9),
    ),
}
BEGAN: dict[str, tuple[datetime, datetime]] = {
    "time in 22:00..06:00": (MONDAY_NIGHT, SATURDAY_NOON),
    "weekday in mon..fri": (MONDAY_NIGHT, SATURDAY_NOON),
    "person in yard and weekday in sat, sun": (SATURDAY_NOON, SATURDAY_NOON),
}
SCOPE = Scope(
    labels=("person", "car", "truck", "cat", "dog", "defect", "traffic light"),
    zones=("yard", "porch", "lot", "shelf", "left", "right", "space1", "sofa"),
    lines=("gate",),
    values=("age", "heat"),
)


def test_every_form_of_the_page_has_its_case():
    assert [form for form, _, _ in TABLE] == list(CASES)


@pytest.mark.parametrize(("form", "about"), [(form, about) for form, _, about in TABLE])
def test_a_form_holds_where_the_page_says_so(form, about):
    for frames, began, holds in zip(
        CASES[form], BEGAN.get(form, (None, None)), (True, False), strict=True
    ):
        rule = Rule("it", form)
        stage = RulesStage([rule], scope=SCOPE, began=began)
        assert bool(play(stage, frames)) == holds
        if about == "each object":
            assert rule.labels is not None
        elif about == "all together":
            assert rule.labels is None


def test_the_second_condition_ends_what_the_first_began():
    stage = RulesStage([Rule("it", "value(heat) > 60 until value(heat) < 55")])
    reports = play(stage, _heat(61, 56, 55, 54, 61))
    assert [(one.phase, one.time_s) for one in reports] == [
        *(("start", 0.0), ("end", 3.0), ("start", 4.0)),
        ("end", 4.0),
    ]


def test_what_the_page_shows_as_refused_is_refused_in_these_words():
    blocks = re.findall(r"```\n(.+\n  .+\n +\^+)\n```", PAGE)
    assert len(blocks) == 4
    scope = Scope(labels=("person", "car"), zones=("lawn", "yard"), lines=("gate",))
    for block in blocks:
        text = block.splitlines()[1].strip()
        with pytest.raises(RuleError) as refusal:
            Rule("it", text).check(scope)
        assert str(refusal.value) == block


def test_the_tables_of_the_page_are_rules():
    blocks = re.findall(r"```toml\n(.*?)```", PAGE, re.S)
    assert blocks
    for block in blocks:
        table = dict(re.findall(r'^(\w+) = "(.*)"$', block, re.M))
        assert Rule.from_table(table, "rule.it").cool_down_s == 300


def test_every_word_for_a_day_a_state_and_a_sign_is_on_the_page():
    for state in CAMERA_STATES:
        assert f"`camera is {state}`" in PAGE or f"`{state}`" in PAGE
    for day in DAYS:
        parse(f"weekday in {day}")


def test_the_chart_of_the_page_is_that_of_a_visit():
    stage = RulesStage([Rule("visit", "person in yard for 3s")])
    timeline = Timeline(stage)
    for i in range(101):
        now = i / 10
        tracks = {1: "person"} if 1 <= now < 7 else {}
        stays = {1: 1.8} if 1.8 <= now < 7 else {}
        frame = rule_frame(now, tracks, zones={"yard": stays})
        timeline.add(stage.apply(frame))
    chart = "\n".join(list(timeline.lines(112))[:3])
    assert chart in PAGE, chart
