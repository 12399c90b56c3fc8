"""The chart of what rules believed, read sign by sign."""

from __future__ import annotations

import pytest
from edgevision.runtime.rules import Rule, RulesStage, Timeline
from support.rule_frames import rule_frame


def _timeline(rules, frames) -> Timeline:
    stage = RulesStage(rules)
    timeline = Timeline(stage)
    for frame in frames:
        timeline.add(stage.apply(frame))
    timeline.finish(stage.end(()))
    return timeline


def _frames(row: str, gaps: dict[int, float] | None = None, start_s: float = 0.0):
    now, lost = start_s, 0.0
    for i, sign in enumerate(row):
        now += (gaps or {}).get(i, 0.0)
        lost += (gaps or {}).get(i, 0.0)
        yield rule_frame(now, {1: "cat"} if sign == "#" else {}, gap_s=lost)
        now += 1.0


def _chart(timeline: Timeline, width: int) -> dict[str, str]:
    lines = list(timeline.lines(width))
    end = next(i for i, line in enumerate(lines) if line.startswith("rule: #"))
    rows = (line.rsplit("  ", 1) for line in lines[1:end])
    return {title.strip(): signs for title, signs in rows}


def test_each_second_has_its_sign():
    row = "..####......##......."  # one sign per second, 20 s
    timeline = _timeline([Rule("here", "seen(cat) for 2s", 9)], _frames(row))
    chart = _chart(timeline, 2 + len("  seen(cat)") + 20)
    #                        waits 2 s, goes on until 1 s after the cat has left
    assert chart["here"] == "..++###.....++......"
    assert chart["seen(cat)"] == "..####......##......"


def test_a_condition_that_the_cool_down_keeps_quiet_shows():
    row = "#..#####............."
    timeline = _timeline([Rule("here", "seen(cat)", 9)], _frames(row))
    chart = _chart(timeline, 2 + len("  seen(cat)") + 20)
    assert chart["here"] == "##.------..........."


def test_a_short_moment_is_seen_in_a_column_of_many_seconds():
    row = "." * 50 + "#" + "." * 50
    chart = _chart(
        _timeline([Rule("here", "seen(cat)")], _frames(row)),
        2 + len("  seen(cat)") + 10,
    )
    assert chart["seen(cat)"] == ".....#...."


def test_time_without_pictures_has_a_sign_of_its_own():
    frames = _frames("###########", gaps={4: 10.0})
    chart = _chart(
        _timeline([Rule("here", "seen(cat)")], frames), 2 + len("  seen(cat)") + 20
    )
    assert chart["seen(cat)"] == "###~~~~~~~~~~~######"


def test_the_events_are_listed_and_the_times_are_round():
    # a camera's clock began long ago; the timeline begins with the stream
    frames = _frames("..####.....", start_s=5000.0)
    timeline = _timeline([Rule("here", "cat in frame for 2s")], frames)
    lines = list(timeline.lines(60))
    assert lines[0].split() == ["seconds", *map(str, range(0, 10, 2))]
    assert lines[-2:] == [
        "     4.00 s  here start   cat for 2 s (track 1)",
        "     7.00 s  here end     cat for 2 s; ended after 5 s (track 1)",
    ]


def test_a_stream_without_frames_or_events_says_so():
    assert list(_timeline([Rule("here", "seen(cat)")], []).lines())[-1] == (
        "No rule reported an event."
    )


@pytest.mark.parametrize("width", [1, 40, 100, 300])
def test_lines_fit_the_width(width):
    rules = [Rule("here", "seen(cat) and not seen(dog, mouse, cow, horse, elephant)")]
    lines = list(_timeline(rules, _frames("..###....")).lines(width))
    chart = lines[: next(i for i, one in enumerate(lines) if one.startswith("rule: #"))]
    assert max(map(len, chart)) <= max(width, 40)


def test_what_changes_too_often_ends_early_and_says_so(monkeypatch):
    monkeypatch.setattr("edgevision.runtime.rules.timeline._MOST_CHANGES", 4)
    monkeypatch.setattr("edgevision.runtime.rules.timeline._MOST_EVENTS", 2)
    rules = [Rule("here", "seen(cat) until 0s without")]
    lines = list(_timeline(rules, _frames("#.#.#.#.#")).lines())
    assert "A line is not drawn after its 4 first changes." in lines
    assert lines[-1] == "and 8 more"
