"""What was read in a covered area is in no report."""

import numpy as np
from edgevision.runtime.redaction import Cover, CoveredAreas, HiddenWords, hidden
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
