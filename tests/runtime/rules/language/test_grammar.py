"""Rules are read as they are meant, written as they are read, and refused in place."""

from __future__ import annotations

import pytest
from edgevision.runtime.rules.language import (
    And,
    CameraIs,
    Comparison,
    CountOf,
    Crosses,
    CrossingsOf,
    DwellOf,
    Free,
    Hold,
    IsIn,
    Lasting,
    Name,
    Not,
    Or,
    Passage,
    PlainNumber,
    RuleCondition,
    RuleError,
    ScoreOf,
    Seen,
    Subject,
    TimeIn,
    ValueOf,
    WeekdayIn,
    parse,
)
from hypothesis import given
from hypothesis import strategies as st


def _names(*texts: str) -> tuple[Name, ...]:
    return tuple(map(Name, texts))


def _subject(label: str, region: str | None = None) -> Subject:
    return Subject(_names(label) if label else (), Name(region) if region else None)


IN_YARD = IsIn(_subject("person", "yard"))
IN_PORCH = IsIn(_subject("person", "porch"))
CAT = Seen(_subject("cat"))
PEOPLE = CountOf(_subject("person"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("person in yard for 3s", Hold(IN_YARD, 3)),
        ("person in yard or person in porch", Or((IN_YARD, IN_PORCH))),
        ("any in frame", IsIn(Subject((), Name("frame", is_frame=True)))),
        ("'frame' in \"frame\"", IsIn(_subject("frame", "frame"))),
        ("crosses gate in", Crosses(Passage((), Name("gate"), "in"))),
        ("car crosses gate", Crosses(Passage(_names("car"), Name("gate")))),
        ("seen(car, 'traffic light')", Seen(Subject(_names("car", "traffic light")))),
        # 'not' is stronger than 'for', and 'for' is stronger than 'and'
        ("not seen(cat) for 12h", Hold(Not(CAT), 43200)),
        ("not (seen(cat) for 12h)", Not(Hold(CAT, 43200))),
        ("seen(cat) and seen(cat) for 3s", And((CAT, Hold(CAT, 3)))),
        ("(seen(cat) and seen(cat)) for 3s", Hold(And((CAT, CAT)), 3)),
        # 'and' is stronger than 'or'
        ("seen(cat) or seen(cat) and seen(cat)", Or((CAT, And((CAT, CAT))))),
        ("(seen(cat) or seen(cat)) and seen(cat)", And((Or((CAT, CAT)), CAT))),
        ("seen(cat) and (seen(cat) and seen(cat))", And((CAT, CAT, CAT))),
        ("((((seen(cat)))))", CAT),
        ("not not seen(cat)", Not(Not(CAT))),
        (
            "count(car in lot) > 4 for 60s",
            Hold(
                Comparison((CountOf(_subject("car", "lot")), PlainNumber(4)), (">",)),
                60,
            ),
        ),
        (
            "2 < count(person) <= 5",
            Comparison((PlainNumber(2), PEOPLE, PlainNumber(5)), ("<", "<=")),
        ),
        ("count(person)==0", Comparison((PEOPLE, PlainNumber(0)), ("==",))),
        (
            "score(defect in frame) > .8",
            Comparison((ScoreOf(_subject("defect")), PlainNumber(0.8)), (">",)),
        ),
        (
            "value(age) != -1.5",
            Comparison((ValueOf(Name("age")), PlainNumber(-1.5)), ("!=",)),
        ),
        (
            "dwell(person in shelf) >= 1m30s",
            Comparison((DwellOf(_subject("person", "shelf")), Lasting(90)), (">=",)),
        ),
        (
            "crossings(gate in) > 100 in 1h",
            Comparison(
                (CrossingsOf(Passage((), Name("gate"), "in")), PlainNumber(100)),
                (">",),
                window_s=3600,
            ),
        ),
        (
            "crossings(car at gate) > 9 per day",
            Comparison(
                (CrossingsOf(Passage(_names("car"), Name("gate"))), PlainNumber(9)),
                (">",),
                period="day",
            ),
        ),
        ("free(space1) for 5s", Hold(Free(Name("space1")), 5)),
        ("camera is covered", CameraIs(Name("covered"))),
        ("time in 22:00..6:30, 8:00..24:00", TimeIn(((1320, 390), (480, 0)))),
        ("weekday in mon..fri, sun", WeekdayIn(((0, 4), (6, 6)))),
        ("seen(cat) until 5s without", Hold(CAT, 0, 5)),
        ("seen(cat) for 3s until 0s without", Hold(CAT, 3, 0)),
        (
            "value(t) > 60 until value(t) < 55 for 2s",
            Hold(
                Comparison((ValueOf(Name("t")), PlainNumber(60)), (">",)),
                until=Hold(
                    Comparison((ValueOf(Name("t")), PlainNumber(55)), ("<",)), 2
                ),
            ),
        ),
    ],
)
def test_a_rule_means_what_it_says(text, expected):
    assert parse(text) == expected
    assert parse(str(expected)) == expected


@pytest.mark.parametrize(
    ("text", "mark", "sentence"),
    [
        ("", "|", "the rule ends here: expected a condition"),
        ("person", "|person", "alone is no condition. Write person in ZONE, person in"),
        ("car or truck in lot", "|car", "with a comma: car, truck in lot"),
        ("person in", "|", "expected a zone"),
        ("person in yard for", "|", "expected a duration, as in for 3s"),
        ("person in yard for 3seconds", "|3seconds", "duration or time. Write 3s."),
        ("person in yard for 2min5", "|2min5", "Durations are as 500ms"),
        ("person in yard for 3", "|3", "'3' has no unit. Write 3s, 3m, 3h or 3d."),
        ("person in yard for 0s", "|0s", "'for 0s' says nothing"),
        ("person in yard until 5s", "|", "as in until 5s without"),
        ("person in yard for 3s for 4s", "|for 4s", "in brackets: (person in yard for"),
        ("person in yard > 3", "|>", "as in count(person in yard) > 2"),
        ("person in yard AND seen(cat)", "|AND", "small letters: and"),
        ("person in yard && seen(cat)", "|&&", "Write and."),
        ("count(person) = 2", "|= 2", "Write == for equal."),
        ("count(person)", "|", "expected one of < <= > >= == !=, as in count(person)"),
        ("count(person) > 2.5", "|2.5", "A count is a whole number"),
        ("count(person) > 4s", "|4s", "leave out the unit"),
        ("count(person) > score(cat)", "|count", "a count with a score"),
        ("score(cat) > 80", "|80", "from 0 to 1. Write 0.8."),
        ("score(cat) > 80%", "|80%", "A score is a number from 0 to 1."),
        ("cuont(person) > 2", "|cuont", "Did you mean 'count'?"),
        ("seen cat", "|cat", "expected a bracket, as in seen(cat)"),
        ("dwell(person in shelf) > 10", "|10", "has a unit. Write 10s or 10m."),
        ("dwell(person) > 10s", "|) >", "expected 'in' and a zone"),
        ("3 < 4", "|3 <", "Compare something of the picture"),
        ("3 < foo(4)", "|foo", "No number 'foo'"),
        ("count(car in lot) > 4 in 1h", "|in 1h", "is written as 'for 1h'"),
        ("crossings(gate) > 4 in 90d", "|90d", "A window is from 1s to 31d."),
        ("crossings(gate) > 4 per week", "|week", "'per day' or 'per hour'"),
        ("time in 22:00", "|", "expected '..'"),
        ("time in 22:00..22:00", "|22:00..", "Write two different times"),
        ("time in 24:30..06:00", "|24:30", "from 00:00 to 24:00"),
        ("weekday in monday", "|monday", "thu, fri, sat, sun. Write mon."),
        ("camera covered", "|covered", "expected 'is'"),
        ("'person in yard", "|'person", "has no end. Close it with '."),
        ("person in 1st", "|1st", 'Put a name in quotes, as in "1st".'),
        ("person in for", "|for", "expected a zone"),
        ("person in time", "|time", 'of that name stands in quotes: "time"'),
        ("(person in yard", "|", "expected ')'"),
        ("person in yard)", "|)", "or the end of the rule"),
        ("and", "|and", "expected a label"),
        ("not " * 60 + "seen(cat)", "|not " * 20, "deeper than 40"),
        ("(" * 60 + "seen(cat)" + ")" * 60, "|" + "(" * 19, "deeper than 40"),
        ("a" * 2001, "|a", "A rule may have 2000 characters"),
    ],
)
def test_what_is_no_rule_is_refused_at_its_place(text, mark, sentence):
    with pytest.raises(RuleError) as refusal:
        parse(text)
    error = refusal.value
    assert sentence in str(error)
    rest = mark.removeprefix("|")
    assert error.text[error.position :].startswith(rest.split("|")[0])
    assert (rest == "") == (error.position == len(text))
    if rest and len(text) < 60:
        _, line, marks = str(error).splitlines()
        assert line[marks.index("^") :].startswith(rest)


def test_the_mark_stands_under_its_place_in_a_long_rule():
    text = "seen(cat) and " * 40 + "seen(cat) for 3"
    with pytest.raises(RuleError) as refusal:
        parse(text)
    _, line, mark = str(refusal.value).splitlines()
    assert line[mark.index("^") :] == "3"
    assert len(line) < 130


names = st.text(
    st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=8
) | st.sampled_from(
    ["person", "for", "frame", "any", "time", "seen", "a b", "1", "\\'\""]
)
labels = st.lists(names.map(Name), max_size=2).map(tuple)
durations = st.integers(1, 10**10).map(lambda value: value / 1000)
directions = st.sampled_from(["", "in", "out"])
passages = st.builds(Passage, labels, names.map(Name), directions)
subjects = st.builds(Subject, labels, st.none() | names.map(Name))
placed = st.builds(
    Subject, labels, names.map(Name) | st.just(Name("frame", is_frame=True))
)
zoned = st.builds(Subject, labels, names.map(Name))
signs = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
counts = st.builds(CountOf, subjects) | st.builds(CrossingsOf, passages)
whole = st.integers(0, 10**12).map(lambda value: PlainNumber(float(value)))
minutes = st.integers(0, 24 * 60 - 1)
days = st.integers(0, 6)


def _compared(terms: st.SearchStrategy, constants: st.SearchStrategy):
    return st.builds(
        lambda first, rest: Comparison(
            (first, *(term for _, term in rest)), tuple(sign for sign, _ in rest)
        ),
        terms,
        st.lists(st.tuples(signs, terms | constants), min_size=1, max_size=2),
    )


forms = st.one_of(
    st.builds(IsIn, placed),
    st.builds(Crosses, passages),
    st.builds(Seen, subjects),
    st.builds(Free, names.map(Name)),
    st.builds(CameraIs, names.map(Name)),
    st.lists(
        st.tuples(minutes, minutes).filter(lambda pair: pair[0] != pair[1]),
        min_size=1,
        max_size=2,
    ).map(lambda spans: TimeIn(tuple(spans))),
    st.lists(st.tuples(days, days), min_size=1, max_size=3).map(
        lambda spans: WeekdayIn(tuple(spans))
    ),
    _compared(counts, whole),
    _compared(st.builds(ScoreOf, subjects), st.floats(0, 1).map(PlainNumber)),
    _compared(
        st.builds(ValueOf, names.map(Name)),
        st.floats(-1e6, 1e6).filter(lambda v: v == 0 or abs(v) > 1e-6).map(PlainNumber),
    ),
    _compared(st.builds(DwellOf, zoned), durations.map(Lasting)),
    st.builds(
        lambda what, sign, number, window: Comparison(
            (CrossingsOf(what), number), (sign,), window_s=window
        ),
        passages,
        signs,
        whole,
        st.integers(1, 31 * 86400).map(float),
    ),
)


def _joined(kind: type[And] | type[Or]):
    def join(parts: list[RuleCondition]) -> RuleCondition:
        inner = [
            p
            for part in parts
            for p in (part.parts if isinstance(part, kind) else (part,))
        ]
        return kind(tuple(inner))

    return join


conditions = st.recursive(
    forms,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(_joined(And)),
        st.lists(inner, min_size=2, max_size=3).map(_joined(Or)),
        st.builds(Not, inner),
        st.builds(Hold, inner, durations),
        st.builds(Hold, inner, st.just(0.0) | durations, durations),
        st.builds(Hold, inner, st.just(0.0) | durations, st.none(), inner),
    ),
    max_leaves=5,
)


@given(conditions)
def test_a_written_rule_reads_as_the_same(condition):
    assert parse(str(condition)) == condition


WORDS = (
    *("person", "yard", "in", "for", "3s", "3", "until", "without", "and", "or", "not"),
    *("(", ")", "seen", "count", "value", ">", "<", "==", ",", "..", "22:00", "time"),
    *("weekday", "mon", "camera", "is", "crosses", "gate", "at", "per", "day", "'"),
)


@given(
    st.lists(st.sampled_from(WORDS) | st.text(max_size=3), max_size=12).map(" ".join)
)
def test_any_text_is_read_or_refused_at_a_place_in_it(text):
    refusal = None
    try:
        condition = parse(text)
    except RuleError as error:
        refusal = error
    if refusal is None:
        assert parse(str(condition)) == condition
    else:
        assert 0 <= refusal.position <= len(text)
        assert len(str(refusal).splitlines()) == 3
