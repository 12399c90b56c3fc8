"""Each form of a rule over a stream whose events are computed by hand.

A script has one sign per half second.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import datetime

import pytest
from edgevision.runtime.event import Event
from edgevision.runtime.rules import Rule, RuleError, RulesStage, Scope
from hypothesis import given
from hypothesis import strategies as st
from support.rule_frames import play, rule_frame

STEP_S = 0.5
MONDAY = datetime(2026, 11, 30, 21, 59, 58)


def _frames(
    rows: dict[str, str], step_s: float = STEP_S, start_s: float = 0.0
) -> Iterator[Event]:
    """Yield a frame per column.

    Args:
        rows: ``1 person`` -> where that track lives; ``1 yard`` -> where it is inside,
            ``1 gate`` -> ``i`` and ``o`` where it crosses in and out; ``lost`` ->
            seconds without pictures before this frame.
        step_s: Seconds per column.
        start_s: The time of the first frame.
    """
    columns = max(map(len, rows.values()))
    labels, zones, since, crossings, lost = {}, {}, {}, {}, rows.get("lost", "")
    for key, row in rows.items():
        number, _, name = key.partition(" ")
        if key == "lost":
            continue
        if set(row) & set("io"):
            crossings[int(number), name] = row
        elif name in ("yard", "porch", "lot"):
            zones[int(number), name] = row
        else:
            labels[int(number)] = (name, row)
    now, gap_s = start_s, 0.0
    for column in range(columns):

        def is_set(row: str, column: int = column) -> bool:
            return row[column : column + 1] not in ("", ".")

        unseen = float(lost[column]) if is_set(lost) else 0.0
        now += unseen
        gap_s += unseen
        inside: dict[str, dict[int, float]] = {"yard": {}, "porch": {}, "lot": {}}
        for (number, zone), row in zones.items():
            if is_set(row):
                inside[zone][number] = since.setdefault((number, zone), now)
            else:
                since.pop((number, zone), None)
        tracks = {n: name for n, (name, row) in labels.items() if is_set(row)}
        for number in tracks:
            since.setdefault((number, "alive"), now)
        yield rule_frame(
            now,
            tracks,
            since={n: since[n, "alive"] for n in tracks},
            zones=inside,
            crossings=[
                (number, line, "in" if row[column] == "i" else "out")
                for (number, line), row in crossings.items()
                if is_set(row)
            ],
            gap_s=gap_s,
        )
        now += step_s


def _times(rule: Rule, rows: dict[str, str], **options) -> list[tuple]:
    """Return phase, time and track of each report."""
    began = options.pop("began", None)
    reports = play(RulesStage([rule], began=began), _frames(rows, **options))
    return [(one.phase, one.time_s, one.track_id) for one in reports]


@pytest.mark.parametrize(
    ("when", "rows", "expected"),
    [
        (  # since 1.0, so three seconds are over at 4.0; away since 6.0
            "person in yard for 3s",
            {"1 person": "#" * 16, "1 yard": "..##########...."},
            [("start", 4.0, 1), ("end", 7.0, 1)],
        ),
        (  # a break begins it anew
            "person in yard for 3s",
            {"1 person": "#" * 16, "1 yard": "..####.#######.."},
            [("start", 6.5, 1), ("end", 7.5, 1)],
        ),
        (  # one event per object
            "person in yard",
            {
                "1 person": "########",
                "1 yard": ".####...",
                "2 person": "########",
                "2 yard": "..###...",
                "3 car": "########",
                "3 yard": "########",
            },
            [("start", 0.5, 1), ("start", 1.0, 2), ("end", 3.5, 1), ("end", 3.5, 2)],
        ),
        (  # the same object may go from one to the other
            "person in yard or person in porch",
            {"1 person": "#" * 9, "1 yard": ".##......", "1 porch": "...##...."},
            [("start", 0.5, 1), ("update", 1.5, 1), ("end", 3.5, 1)],
        ),
        (  # an object that is gone ends its event
            "person in frame for 1s",
            {"1 person": ".####....."},
            [("start", 1.5, 1), ("end", 3.5, 1)],
        ),
        (
            "car crosses gate in",
            {"1 car": "#" * 8, "1 gate": "..i..o..", "2 cat": "########"},
            [("start", 1.0, 1), ("end", 2.5, 1)],
        ),
        (
            "crosses gate",
            {"1 car": "#" * 12, "1 gate": "..i......o.."},
            [("start", 1.0, 1), ("end", 2.5, 1), ("start", 4.5, 1), ("end", 5.5, 1)],
        ),
        (  # an event of its own for each who crosses
            "crosses gate in",
            {
                "1 car": "#" * 6,
                "1 gate": "..i...",
                "2 cat": "######",
                "2 gate": "..i...",
            },
            [("start", 1.0, 1), ("start", 1.0, 2), ("end", 2.5, 1), ("end", 2.5, 2)],
        ),
        (  # one event for the whole yard, whoever it is; the count is told
            "count(person in yard) >= 2 for 1s",
            {
                "1 person": "#" * 14,
                "1 yard": "#########.....",
                "2 person": "#" * 14,
                "2 yard": ".###########..",
                "3 person": "#" * 14,
                "3 yard": ".....####.....",
            },
            [("start", 1.5, -1), ("update", 2.5, -1), ("end", 5.5, -1)],
        ),
        (
            "count(person) == 0",
            {"1 person": "..####.....", "2 cat": "#" * 11},
            [
                ("start", 0.0, -1),
                ("end", 2.0, -1),
                ("start", 3.0, -1),
                ("end", 5.0, -1),
            ],
        ),
        (
            "not seen(cat) for 2s",
            {"1 cat": "##.......#####"},
            [("start", 3.0, -1), ("end", 5.5, -1)],
        ),
        (
            "seen(cat) until 2s without",
            {"1 cat": ".#..#......"},
            [("start", 0.5, -1), ("end", 4.5, -1)],
        ),
        (
            "free(yard) for 1s",
            {"1 car": "#" * 12, "1 yard": "###....#####"},
            [("start", 2.5, -1), ("end", 4.5, -1)],
        ),
        (
            "dwell(person in yard) > 1s",
            {"1 person": "#" * 10, "1 yard": ".######..."},
            [("start", 2.0, 1), ("end", 4.5, 1)],
        ),
        (
            "crossings(gate in) > 1 in 2s",
            {"1 car": "#" * 12, "1 gate": "i.i...o....."},
            [("start", 1.0, -1), ("end", 3.0, -1)],
        ),
        (  # none for two seconds: not known before two seconds were seen
            "crossings(gate) == 0 in 2s",
            {"1 car": "#" * 12, "1 gate": "..i........."},
            [("start", 3.0, -1), ("end", 5.5, -1)],
        ),
        (
            "1 < count(any in yard) <= 2",
            {
                "1 car": "#" * 9,
                "1 yard": ".#######.",
                "2 cat": "#" * 9,
                "2 yard": "..######.",
                "3 cat": "#" * 9,
                "3 yard": "....#....",
            },
            [("start", 1.0, -1), ("end", 4.0, -1)],
        ),
        (  # in both, of the same object
            "person in yard and person in porch",
            {
                "1 person": "#" * 8,
                "1 yard": "#####...",
                "1 porch": "..######",
                "2 person": "########",
                "2 yard": "########",
            },
            [("start", 1.0, 1), ("end", 3.5, 1)],
        ),
        (
            "person in yard and not seen(car)",
            {"1 person": "#" * 10, "1 yard": "#" * 10, "2 car": "..####...."},
            [("start", 0.0, 1), ("end", 2.0, 1), ("start", 3.0, 1), ("end", 4.5, 1)],
        ),
        (  # what is about no object goes on counting while there is none
            "person in yard and not seen(car) for 2s",
            {
                "1 person": "......######",
                "1 yard": "......######",
                "2 car": "#...........",
            },
            [("start", 3.0, 1), ("end", 5.5, 1)],
        ),
        (  # how long it lasts is forgotten while the other part is false
            "person in yard for 1s and seen(car)",
            {"1 person": "#" * 10, "1 yard": "###..#####", "2 car": "......####"},
            [("start", 3.5, 1), ("end", 4.5, 1)],
        ),
        (
            "seen(car) and person in yard for 1s",
            {"1 person": "#" * 10, "1 yard": "###..#####", "2 car": "#.....####"},
            [("start", 3.5, 1), ("end", 4.5, 1)],
        ),
        (
            "(seen(car) or seen(cat) for 1s) until 0s without",
            {"1 cat": ".#..###", "2 car": ".###..."},
            [
                *(("start", 0.5, -1), ("end", 2.0, -1)),
                *(("start", 3.0, -1), ("end", 3.0, -1)),
            ],
        ),
        (  # who is gone can never come into the porch
            "person in yard until person in porch",
            {"1 person": "####....", "1 yard": ".##.....", "1 porch": "........"},
            [("start", 0.5, 1), ("end", 2.0, 1)],
        ),
        (
            "person in yard until person in porch",
            {"1 person": "########", "1 yard": ".##.....", "1 porch": ".....#.."},
            [("start", 0.5, 1), ("end", 2.5, 1)],
        ),
        (  # the same as crossings(gate) < 2 in 2s
            "2 > crossings(gate) in 2s",
            {"1 car": "#" * 10, "1 gate": "..i......."},
            [("start", 2.0, -1), ("update", 3.0, -1), ("end", 4.5, -1)],
        ),
        (
            "crossings(gate in) == crossings(gate out) in 2s",
            {"1 car": "#" * 10, "1 gate": "io.......i"},
            [("start", 2.5, -1), ("end", 4.5, -1)],
        ),
    ],
)
def test_events_begin_and_end_as_computed_by_hand(when, rows, expected):
    rule = Rule("it", when)
    assert _times(rule, rows) == expected


@pytest.mark.parametrize(
    ("when", "rows", "expected"),
    [
        (  # two seconds unseen do not count, and do not begin it anew
            "count(person in yard) > 0 for 3s",
            {"1 person": "#" * 12, "1 yard": "#" * 12, "lost": "....2......."},
            [("start", 5.5, -1), ("end", 7.5, -1)],
        ),
        (  # unseen for as long as it must hold: nobody knows what was
            "count(person in yard) > 0 for 3s",
            {"1 person": "#" * 12, "1 yard": "#" * 12, "lost": "....3......."},
            [("start", 8.0, -1), ("end", 8.5, -1)],
        ),
        (  # nor does the zone's own time of entry bridge the gap
            "person in yard for 3s",
            {"1 person": "#" * 12, "1 yard": "#" * 12, "lost": "..5........."},
            [("start", 9.0, 1), ("end", 10.5, 1)],
        ),
        (  # a cat that was not seen because nobody looked
            "not seen(cat) for 4s",
            {"1 cat": "#............", "lost": "...3........."},
            [("start", 8.0, -1), ("end", 9.0, -1)],
        ),
        (  # who is there before and after the gap was not away
            "seen(cat) until 2s without",
            {"1 cat": "##...####", "lost": "....9...."},
            [("start", 0.0, -1), ("end", 13.0, -1)],
        ),
        (  # unseen time is not counted as absence
            "seen(cat) until 2s without",
            {"1 cat": "##........", "lost": "...1......"},
            [("start", 0.0, -1), ("end", 4.5, -1)],
        ),
    ],
)
def test_time_without_pictures_counts_neither_way(when, rows, expected):
    assert _times(Rule("it", when), rows) == expected


def test_a_stream_that_begins_again_ends_its_events_and_forgets():
    rows = {"1 person": "#" * 10, "1 yard": "..########"}
    stage = RulesStage([Rule("it", "person in yard for 2s", cool_down_s=1)])
    frames = [*_frames(rows), *_frames(rows)]
    got = [(one.phase, one.time_s) for one in play(stage, frames)]
    # again 2 s from the zone's own entry, and not from the first run
    assert got == [("start", 3.0), ("end", 4.5), ("start", 3.0), ("end", 4.5)]
    assert len({one.id for one in play(RulesStage([stage.runs[0].rule]), frames)}) == 2


def test_not_seen_begins_anew_with_the_stream():
    stage = RulesStage([Rule("it", "not seen(cat) for 3s")])
    frames = [*_frames({"1 cat": "#...."}), *_frames({"1 dog": "#" * 7})]
    assert [(one.phase, one.time_s) for one in play(stage, frames)] == [
        ("start", 3.0),
        ("end", 3.0),
    ]


def test_a_clock_that_stands_still_makes_nothing_last():
    stage = RulesStage([Rule("it", "seen(cat) for 1s")])
    frames = [rule_frame(5.0, {1: "cat"}) for _ in range(9)]
    assert not play(stage, frames)


@pytest.mark.parametrize(
    ("cool_down_s", "expected"),
    [
        (0, [0.0, 2.5, 6.0]),
        (1, [0.0, 2.5, 6.0]),  # the first ends at 1.5, the second at 5.0
        (2, [0.0, 3.5]),  # begins when the time is over, if it still holds
        (60, [0.0]),
    ],
)
def test_a_rule_is_quiet_for_its_cool_down(cool_down_s, expected):
    rows = {"1 cat": "#....###....#...."}
    reports = _times(Rule("it", "seen(cat)", cool_down_s), rows)
    assert [time_s for phase, time_s, _ in reports if phase == "start"] == expected


def test_with_a_cool_down_a_rule_has_one_event_at_a_time():
    rows = {"1 cat": "#####........", "2 cat": "..##########."}
    got = _times(Rule("it", "cat in frame", cool_down_s=1), rows)
    assert got == [
        ("start", 0.0, 1),
        ("end", 3.5, 1),
        ("start", 4.5, 2),
        ("end", 6.0, 2),
    ]


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("time in 22:00..06:00", [("start", 2.0)]),
        ("time in 06:00..22:00", [("start", 0.0), ("end", 3.0)]),
        ("time in 12:00..13:00, 21:59..22:00", [("start", 0.0), ("end", 3.0)]),
        ("weekday in mon and time in 22:00..24:00", [("start", 2.0)]),
        ("weekday in sat..mon", [("start", 0.0)]),
        ("weekday in tue..sun", []),
        ("not weekday in tue..sun", [("start", 0.0)]),
    ],
)
def test_the_local_time_of_day_counts(when, expected):
    stage = RulesStage([Rule("it", when)], began=MONDAY)  # 21:59:58
    frames = [rule_frame(i / 2) for i in range(9)]
    reports = [one for frame in frames for one in stage.apply(frame).rule_events]
    assert [(one.phase, one.time_s) for one in reports] == expected


@pytest.mark.parametrize(
    ("when", "rows", "sentence"),
    [
        (
            "person in yard for 1s",
            {"1 person": "####", "1 yard": "####"},
            "person in yard for 1 s",
        ),
        ("any in yard", {"1 cat": "##", "1 yard": "##"}, "cat in yard"),
        ("any in frame", {"1 cat": "##"}, "cat"),
        ("crosses gate", {"1 car": "##", "1 gate": ".o"}, "car crosses gate out"),
        ("count(car in yard) > 0", {"1 car": "##", "1 yard": "##"}, "1 car in yard"),
        (
            "count(any in yard) > 1",
            {"1 car": "##", "1 yard": "##", "2 cat": "##", "2 yard": "##"},
            "2 objects in yard",
        ),
        ("count(any in yard) == 1", {"1 car": "#", "1 yard": "#"}, "1 object in yard"),
        ("not seen(any)", {"1 car": "."}, "no object"),
        ("count(car in yard) == 0", {"1 cat": "##"}, "no car in yard"),
        ("not seen(car, cat in lot)", {"1 cat": "##"}, "no car or cat in lot"),
        ("not seen(dog) and seen(cat)", {"1 cat": "##"}, "no dog and cat"),
        ("free(lot) and weekday in mon..sun", {"1 cat": "##"}, "lot is free"),
        ("score(cat) > 0.5", {"1 cat": "##"}, "cat with score 0.90"),
        (
            "dwell(cat in yard) > 0s",
            {"1 cat": "##", "1 yard": "##"},
            "cat in yard for 0.5 s",
        ),
        (
            "crossings(car at gate out) > 0 in 1m30s",
            {"1 car": "##", "1 gate": ".o"},
            "1 car crossing of gate out within 1 min 30 s",
        ),
        (
            "crossings(gate in) > 1 in 1h",
            {"1 car": "##", "1 gate": "ii"},
            "2 crossings of gate in within 1 h",
        ),
        (
            "person in yard or person in porch",
            {"1 person": "##", "1 porch": "##"},
            "person in porch",
        ),
        ("weekday in mon..sun", {"1 cat": "##"}, "weekday in mon..sun"),
    ],
)
def test_an_event_has_a_sentence(when, rows, sentence):
    report = play(RulesStage([Rule("it", when)]), _frames(rows))[0]
    assert report.sentence == sentence


def test_an_event_of_an_object_holds_what_belongs_to_it():
    stage = RulesStage([Rule("guest", "person in yard or person in porch")], camera="c")
    frames = [
        rule_frame(0.0, {4: "person"}, zones={"yard": {}, "porch": {}}),
        rule_frame(
            1.0,
            {4: "person", 5: "cat"},
            zones={"yard": {4: 0.25}, "porch": {4: 0.75}},
            scores={4: 0.5},
        ),
        rule_frame(
            2.0, {4: "person"}, zones={"yard": {}, "porch": {4: 0.75}}, scores={4: 0.75}
        ),
        rule_frame(
            2.5, {4: "person"}, zones={"yard": {}, "porch": {4: 0.75}}, scores={4: 0.25}
        ),
        rule_frame(3.0, {}, zones={"yard": {}, "porch": {}}),
        rule_frame(4.0, {}, zones={"yard": {}, "porch": {}}),
    ]
    start, update, end = play(stage, frames)
    assert (start.rule, start.camera, start.label) == ("guest", "c", "person")
    assert start.track_id == end.track_id == 4
    assert start.id == update.id == end.id
    # it began with the entry into the yard, which the zone believed later
    assert (start.time_s, start.started_s) == (1.0, 0.25)
    assert start.regions == ("yard", "porch")
    assert update.regions == end.regions == ("porch",)
    assert [one.score for one in (start, update, end)] == [0.5, 0.75, 0.75]
    assert start.box == end.box == (4.0, 0.0, 5.0, 2.0)
    assert start.count is None
    assert end.time_s == 4.0
    assert end.sentence == "person in porch; ended after 3.8 s"


def test_what_holds_together_began_with_the_last_of_its_parts():
    stage = RulesStage([Rule("it", "person in yard and seen(car)")])
    frames = [
        rule_frame(0.0, {}),
        rule_frame(0.5, {2: "car"}),
        rule_frame(1.0, {1: "person", 2: "car"}, zones={"yard": {1: 0.25}}),
    ]
    assert play(stage, frames)[0].started_s == 0.5


def test_what_is_remembered_of_objects_ends_with_them():
    stage = RulesStage([Rule("it", "person in yard for 1s")])
    for i in range(200):
        zones = {"yard": {i: i / 2}}
        stage.apply(rule_frame(i / 2, {i: "person"}, zones=zones))
    assert len(stage.runs[0].candidates) < 5


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        # Seen for a second; its track lives on for two more.
        ("###----", []),
        # Missed twice, and there again.
        ("###--##", [("start", 2.5), ("end", 3.0)]),
        ("#######", [("start", 2.0), ("end", 3.0)]),
    ],
)
def test_an_object_must_be_seen_when_its_time_is_up(seen, expected):
    frames = [
        rule_frame(
            step * STEP_S,
            {1: "person"},
            zones={"yard": {1: 0.0}},
            since={1: 0.0},
            unseen=(1,) if sign == "-" else (),
        )
        for step, sign in enumerate(seen)
    ]
    for when in (
        "person in yard for 2s",
        "person in frame for 2s",
        "count(person in yard) > 0 for 2s",
        "seen(person) for 2s",
        "score(person in yard) > 0.5 for 2s",
        "not free(yard) for 2s",
        "person in yard and seen(person) for 2s",
        "(person in yard or person in porch) for 2s",
    ):
        reports = play(RulesStage([Rule("it", when)]), frames)
        assert [(one.phase, one.time_s) for one in reports] == expected


def test_a_dwell_time_ends_with_the_last_look_at_the_object():
    frames = [
        rule_frame(
            step * STEP_S,
            {1: "person"},
            zones={"yard": {1: 0.0}},
            since={1: 0.0},
            unseen={1: 1.0} if step > 2 else {},
        )
        for step in range(8)
    ]
    assert play(RulesStage([Rule("it", "dwell(person in yard) > 0.9s")]), frames)
    assert not play(RulesStage([Rule("it", "dwell(person in yard) > 1s")]), frames)


def test_an_event_of_all_objects_holds_the_count_and_the_regions():
    stage = RulesStage([Rule("full", "count(car, truck in lot) > 0")])
    start, end = play(stage, _frames({"1 car": "##", "1 lot": "##"}))
    assert (start.label, start.track_id, start.box) == ("", -1, None)
    assert (start.count, start.regions, end.count) == (1, ("lot",), 1)


def test_an_object_whose_track_was_switched_keeps_its_event():
    zones = {"yard": {1: 0.0}}
    frames = [rule_frame(i / 2, {1: "person"}, zones=zones) for i in range(3)]
    zones = {"yard": {7: 0.0}}
    frames += [
        rule_frame(i / 2, {7: "person"}, zones=zones, origins={7: 1})
        for i in range(3, 8)
    ]
    reports = play(RulesStage([Rule("it", "person in yard for 2s")]), frames)
    assert [(one.phase, one.time_s, one.track_id) for one in reports] == [
        ("start", 2.0, 7),
        ("end", 3.5, 7),
    ]


def test_reports_of_stages_before_stay_in_front():
    watch = RulesStage([Rule("w", "seen(cat)")]).apply(rule_frame(0, {1: "cat"}))
    event = RulesStage([Rule("r", "seen(cat)")]).apply(watch)
    assert [one.rule for one in event.rule_events] == ["w", "r"]


def test_a_frame_without_reports_passes_as_it_is():
    event = rule_frame(0.0, {})
    assert RulesStage([Rule("it", "seen(cat)")]).apply(event) is event


def test_a_zone_that_does_not_exist_is_never_entered_where_names_are_not_checked():
    rules = [Rule("a", "cat in yard"), Rule("b", "dwell(cat in yard) > 0s")]
    assert not play(RulesStage(rules), [rule_frame(0.0, {1: "cat"})])


def test_rules_are_refused_with_what_they_name():
    with pytest.raises(RuleError, match="No zone 'yrd' here. Did you mean 'yard'?"):
        RulesStage([Rule("it", "person in yrd")], scope=Scope(zones=["yard"]))
    with pytest.raises(ValueError, match="two rules are called 'it'"):
        RulesStage([Rule("it", "seen(cat)"), Rule("it", "seen(dog)")])


RULES = (
    "person in yard for 1s",
    "person in yard and not person in porch",
    "person in yard or person in porch until 2s without",
    "crosses gate in",
    "count(person) > 1 for 1s until 0s without",
    "not seen(person) for 1s",
    "crossings(gate) > 1 in 3s",
    "count(person in yard) > 0 until free(porch) for 1s",
)


def _row(signs: str) -> st.SearchStrategy[str]:
    return st.text(st.sampled_from(signs), min_size=20, max_size=20)


@given(
    st.sampled_from(RULES),
    st.sampled_from([0.0, 1.0, 3.0]),
    st.fixed_dictionaries(
        {
            "1 person": _row("###."),
            "2 person": _row("#."),
            "1 yard": _row("#."),
            "2 yard": _row("#."),
            "1 porch": _row("#."),
            "1 gate": _row("...i"),
            "lost": _row("......25"),
        }
    ),
)
def test_every_event_ends_once_in_order_and_keeps_the_cool_down(when, quiet_s, rows):
    for key in rows.keys() - {"lost"}:
        alive = rows[f"{key[0]} person"]
        rows[key] = "".join(
            sign if alive[i] == "#" else "." for i, sign in enumerate(rows[key])
        )
    reports = play(RulesStage([Rule("it", when, quiet_s)]), _frames(rows))
    times = [one.time_s for one in reports]
    assert times == sorted(times)
    by_id: dict[str, list] = {}
    for one in reports:
        by_id.setdefault(one.id, []).append(one)
    assert sorted(by_id) == list(by_id)  # ids sort by time
    for happening in by_id.values():
        phases = [one.phase for one in happening]
        assert phases == ["start", *["update"] * (len(phases) - 2), "end"]
        assert len({one.started_s for one in happening}) == 1
        assert happening[0].started_s <= happening[0].time_s
        assert len({(one.rule, one.label) for one in happening}) == 1
    if quiet_s:
        for before, after in itertools.pairwise(by_id.values()):
            assert after[0].time_s - before[-1].time_s >= quiet_s - 1e-6
