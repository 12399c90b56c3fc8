"""What was read in a covered area is in no report."""

from dataclasses import replace

import numpy as np
from edgevision.runtime.redaction import Cover, CoveredAreas, HiddenWords, hidden
from edgevision.runtime.regions import (
    Line,
    RegionCrossing,
    RegionSnapshot,
    RegionState,
    Stay,
    Zone,
)
from edgevision.runtime.results import RefinedDetections, Text
from edgevision.runtime.rule_event import RuleEvent

SIZE = (80, 60)


def _plates(*texts):
    count = len(texts)
    return RefinedDetections(
        np.tile(np.asarray([10, 10, 30, 20], np.float32), (count, 1)),
        np.ones(count, np.float32),
        np.zeros(count, np.int64),
        texts,
        answers=tuple(Text(text, np.ones(len(text), np.float32)) for text in texts),
    )


def _report(label):
    return RuleEvent(
        *("1", "gate", "start", 1.0, 1.0, 0.0),
        label=label,
        sentence=f"{label} in yard for 3 s",
    )


def _read(words, *texts, box=(0, 0, 40, 40)):
    plates = _plates(*texts)
    areas = CoveredAreas.of_boxes([box], SIZE)
    words.add(plates, hidden(plates, areas, Cover()))


def test_a_word_of_a_covered_area_leaves_label_and_sentence():
    words = HiddenWords()
    assert words.without((_report("AB 12"),)) == (_report("AB 12"),)
    _read(words, "AB 12")
    (report,) = words.without((_report("AB 12"),))
    assert report.label == "redacted"
    assert report.sentence == "redacted in yard for 3 s"


def test_an_earlier_word_of_a_track_leaves_the_sentence():
    """An event keeps its first sentence, when its plate is read otherwise later."""
    words = HiddenWords()
    _read(words, "AB 12", "AB", "i")
    late = replace(_report("AB 12"), label="AB 13")
    (report,) = words.without((late,))
    assert report.label == "AB 13"
    assert report.sentence == "redacted in yard for 3 s"


def test_other_reports_stay_as_they_are():
    words = HiddenWords()
    _read(words, "AB 12")
    _read(words, "CD 34", box=(50, 40, 60, 50))
    reports = (_report("CD 34"), _report("car"))
    assert words.without(reports) == reports


def test_memory_is_bounded_and_the_newest_words_stay():
    words = HiddenWords()
    for number in range(0, 10_000, 100):
        _read(words, *(f"P {number + each}" for each in range(100)))
    _read(words, "P 9000")
    assert words.without((_report("P 0"),))[0].label == "P 0"
    for last in ("P 9000", "P 9999"):
        assert words.without((_report(last),))[0].label == "redacted"


def test_a_word_of_a_covered_area_leaves_stays_counts_and_crossings():
    yard = Zone("yard", ((0, 0), (1, 0), (1, 1)))
    gate = Line("gate", ((0, 0), (1, 1)))
    stays = (Stay(1, "AB 12", 0.0), Stay(2, "car", 0.0))
    counts = {"AB 12": 2, "car": 1, "CD 34": 1}
    states = {
        "yard": RegionState(yard, 1.0, stays, counts, {"AB 12": 1}),
        "gate": RegionState(gate, 1.0),
    }
    crossings = (RegionCrossing("gate", 1, "AB 12", "in", 1.0),)
    regions = RegionSnapshot(1.0, states, crossings)
    words = HiddenWords()
    assert words.without_of_regions(regions) is regions
    assert words.without_of_regions(None) is None
    _read(words, "AB 12", "CD 34")
    shown = words.without_of_regions(regions)
    state = shown.states["yard"]
    assert state.occupancy == {"redacted": 1, "car": 1}
    assert state.counts_in == {"redacted": 3, "car": 1}
    assert state.counts_out == {"redacted": 1}
    assert shown.crossings[0].label == "redacted"
    assert regions.states["yard"].counts_in == counts


def test_a_word_that_is_still_there_is_not_forgotten():
    words = HiddenWords()
    _read(words, "AB 12")
    yard = RegionState(
        Zone("yard", ((0, 0), (1, 0), (1, 1))), 1.0, counts_in={"AB 12": 1}
    )
    regions = RegionSnapshot(1.0, {"yard": yard})
    for number in range(0, 10_000, 100):
        _read(words, *(f"P {number + each}" for each in range(100)))
        shown = words.without_of_regions(regions)
    assert shown.states["yard"].counts_in == {"redacted": 1}
