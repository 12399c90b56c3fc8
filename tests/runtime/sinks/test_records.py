"""JSON lines and CSV rows: whole, complete, readable by anyone."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import datetime, timezone

import numpy as np
import pytest
from edgevision.devices.health.health import Health
from edgevision.runtime.event import Event
from edgevision.runtime.results.detections import Detections
from edgevision.runtime.results.embedding import Embedding
from edgevision.runtime.results.landmarks import Landmarks
from edgevision.runtime.results.nested.heads import Heads
from edgevision.runtime.results.output_image import OutputImage
from edgevision.runtime.results.poses import Poses
from edgevision.runtime.results.raw_outputs import RawOutputs
from edgevision.runtime.results.segmentation import Segmentation
from edgevision.runtime.results.text import Text
from edgevision.runtime.results.values import Values
from edgevision.runtime.rule_event import RuleEvent
from edgevision.runtime.sinks.csv_rows import SLIM_COLUMNS
from edgevision.runtime.sinks.open import open_sink
from edgevision.runtime.sinks.record import record_of
from edgevision.runtime.sinks.text import describe, line_of
from edgevision.runtime.timing import Timing
from support.streams import blank, classes, event

from edgevision.errors import SinkError


def _event(*pairs):
    return Event(blank(7), classes(*pairs), Timing(1, 2, 3, 4, 5, 6), dropped=8)


HOT = Health(
    temperature_c=81.5,
    clock_mhz=600.0,
    limits=("throttled",),
    limits_told=("throttled",),
    load=1.5,
)


def test_a_record_has_the_board_s_health_and_null_where_it_is_not_known():
    known = record_of(replace(_event((3, 0.25)), health=HOT))["health"]
    assert known == {
        "temperature_c": 81.5,
        "clock_mhz": 600.0,
        "throttled": True,
        "under_voltage": None,
        "load": 1.5,
        "memory_available_bytes": None,
    }
    unknown = record_of(_event((3, 0.25)))["health"]
    assert unknown == dict.fromkeys(known)


class Plain:
    """A result without items."""

    def to_dict(self):
        return {"mask": "somewhere"}


def test_a_record_has_the_time_of_capture_the_result_and_the_timing():
    record = record_of(_event((3, 0.25)))
    assert next(iter(record)) == "time"
    moment = datetime.fromisoformat(record["time"].replace("Z", "+00:00"))
    assert abs((datetime.now(timezone.utc) - moment).total_seconds()) < 5
    assert record["index"] == 7
    assert record["classes"] == [{"class_id": 3, "label": "class 3", "score": 0.25}]
    assert record["timing"]["total_ms"] == 15
    assert record["dropped"] == 8


REPORT = RuleEvent("7", "gate", "start", 3.0, 3.0, wall_s=0.0, sentence="in")


@pytest.mark.parametrize("option", ["", "?what=frames"])
def test_jsonl_of_frames_has_reports_inside_of_them_only(tmp_path, option):
    sink = open_sink(f"jsonl:{tmp_path}/out.jsonl{option}")
    sink.write_rule_event(REPORT)
    sink.write(replace(_event((3, 0.25)), rule_events=(REPORT,)))
    sink.close()
    (line,) = (tmp_path / "out.jsonl").read_text().splitlines()
    assert json.loads(line)["events"] == [REPORT.to_dict()]


def test_jsonl_of_events_has_a_line_for_each_report_and_none_for_frames(tmp_path):
    sink = open_sink(f"jsonl:{tmp_path}/out.jsonl?what=events")
    sink.write_rule_event(REPORT)
    sink.write(replace(_event((3, 0.25)), rule_events=(REPORT,)))
    sink.write_rule_event(replace(REPORT, phase="end"))
    sink.close()
    lines = (tmp_path / "out.jsonl").read_text().splitlines()
    assert [json.loads(line)["phase"] for line in lines] == ["start", "end"]


def test_jsonl_of_something_else_is_refused(tmp_path):
    with pytest.raises(SinkError, match="frames, events"):
        open_sink(f"jsonl:{tmp_path}/out.jsonl?what=alarms")


def test_jsonl_holds_one_object_per_event(tmp_path):
    sink = open_sink(f"jsonl:{tmp_path}/out.jsonl")
    for number in range(3):
        sink.write(event(number))
    lines = (tmp_path / "out.jsonl").read_text().splitlines()
    sink.close()
    assert [json.loads(line)["index"] for line in lines] == [0, 1, 2]


def test_csv_has_a_row_per_class_and_one_for_a_frame_without_any(tmp_path):
    sink = open_sink(f"csv:{tmp_path}/out.csv")
    sink.write(_event((3, 0.25), (4, 0.125)))
    sink.write(replace(_event(), health=HOT))
    sink.close()
    with open(tmp_path / "out.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["temperature_c"] for row in rows] == ["", "", "81.5"]
    assert [row["throttled"] for row in rows] == ["", "", "True"]
    assert [row["item"] for row in rows] == ["0", "1", ""]
    assert [row["label"] for row in rows] == ["class 3", "class 4", ""]
    assert rows[1]["score"] == "0.125"
    assert rows[2]["invoke_ms"] == "3"
    assert {row["dropped"] for row in rows} == {"8"}


def test_an_answer_that_is_used_again_says_its_age(tmp_path):
    again = replace(
        _event((3, 0.25)),
        timing=Timing(capture_ms=2, motion_ms=1.5, answer_age_ms=1300.0),
    )
    with open_sink(f"csv:{tmp_path}/out.csv") as sink:
        sink.write(_event((3, 0.25)))
        sink.write(again)
    asked, reused = _rows(tmp_path / "out.csv")
    assert (asked["motion_ms"], asked["answer_age_ms"]) == ("", "")
    assert (reused["motion_ms"], reused["answer_age_ms"]) == ("1.5", "1300.0")
    assert line_of(again).endswith("answer of 1.3 s before, capture 2.0, emit 0.0")
    assert "  model " in line_of(_event((3, 0.25)))


def _rows(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def test_records_have_the_position_in_a_video_and_none_for_a_camera(tmp_path):
    of_clip = replace(_event((3, 0.25)), frame=replace(blank(7), position_s=1.23456))
    assert record_of(of_clip)["position_s"] == 1.235
    assert record_of(_event())["position_s"] is None
    sink = open_sink(f"csv:{tmp_path}/out.csv")
    sink.write(of_clip)
    sink.write(_event((3, 0.25)))
    sink.close()
    assert [row["position_s"] for row in _rows(tmp_path / "out.csv")] == ["1.235", ""]


def test_slim_csv_has_what_a_spreadsheet_is_opened_for(tmp_path):
    sink = open_sink(f"csv:{tmp_path}/out.csv?columns=slim")
    box = Detections(
        np.array([[1.5, 2, 30, 40]], np.float32),
        np.array([0.5], np.float32),
        np.array([2]),
        ("dog, small",),
    )
    frame = replace(blank(7), source="clip.mp4", position_s=0.08)
    sink.write(Event(frame, box, Timing()))
    sink.write(Event(frame, Detections.empty(), Timing()))
    sink.close()
    first, empty = _rows(tmp_path / "out.csv")
    moment = datetime.strptime(first.pop("time_utc"), "%Y-%m-%d %H:%M:%S.%f")
    assert (
        abs((datetime.now(timezone.utc).replace(tzinfo=None) - moment).total_seconds())
        < 5
    )
    assert first == {
        **{"source": "clip.mp4", "position_s": "0.08", "label": "dog, small"},
        **{"score": "0.5", "x1": "1.5", "y1": "2.0", "x2": "30.0", "y2": "40.0"},
    }
    assert (empty["label"], empty["score"], empty["position_s"]) == ("", "", "0.08")


def _drive(*values, names=("angle", "speed, max", "time")):
    return Event(
        blank(7), Values(np.asarray(values, np.float32), names), Timing(1, 2, 3, 4)
    )


@pytest.mark.parametrize("form", ["all", "slim"])
def test_csv_has_a_column_per_number(tmp_path, form):
    path = tmp_path / "out.csv"
    sink = open_sink(f"csv:{path}?columns={form}")
    sink.write(_drive(-12.5, 3, 0.25))
    sink.write(_drive(1, 2, 3))
    sink.close()
    first, second = _rows(path)
    # A name that a column of records has is told apart.
    assert (first["angle"], first["speed, max"]) == ("-12.5", "3.0")
    assert (first["time_value"], second["time_value"]) == ("0.25", "3.0")
    assert not {"label", "score", "x1", "item"} & set(first)
    assert list(first).index("angle") == (5 if form == "all" else 3)
    sink = open_sink(f"csv:{path}?append=1")
    sink.write(_drive(7, 8, 9))
    sink.close()
    assert [row["angle"] for row in _rows(path)] == ["-12.5", "1.0", "7.0"]
    sink = open_sink(f"csv:{path}?append=1&on-error=drop")
    before = path.read_bytes()
    sink.write(_drive(1, names=("age",)))
    sink.close()
    sink = open_sink(f"csv:{path}?append=1&on-error=drop")
    sink.write(_event((3, 0.25)))
    sink.close()
    assert path.read_bytes() == before


def test_csv_of_values_starts_anew_with_its_columns(tmp_path):
    sink = open_sink(f"csv:{tmp_path}/out.csv?max-size=1kB&keep=9")
    for i in range(12):
        sink.write(_drive(i, 0, 0))
    sink.close()
    files = sorted(tmp_path.iterdir())
    assert len(files) > 1
    angles = [float(row["angle"]) for file in files for row in _rows(file)]
    assert sorted(angles) == list(range(12))


OLD_HEADER = "time,index,source,width,height,item,class_id,label,score,x1,y1,x2,y2"


@pytest.mark.parametrize(
    ("header", "options", "kept"),
    [
        (OLD_HEADER, "", True),  # of an older version
        (OLD_HEADER, "&columns=all", True),
        (OLD_HEADER, "&columns=slim", False),
        (",".join(SLIM_COLUMNS), "", True),
        (",".join(SLIM_COLUMNS), "&columns=slim", True),
        (",".join(SLIM_COLUMNS), "&columns=all", False),
        ("time,weather", "", False),
        ("label,score", "", False),
    ],
)
def test_a_csv_file_that_is_continued_keeps_its_columns(
    tmp_path, header, options, kept
):
    path = tmp_path / "out.csv"
    path.write_text(f"{header}\r\n", newline="")
    if not kept:
        with pytest.raises(SinkError, match="names other columns"):
            open_sink(f"csv:{path}?append=1{options}")
        assert path.read_text() == f"{header}\n"
        return
    sink = open_sink(f"csv:{path}?append=1&max-size=1kB{options}")
    sink.write(_event((3, 0.25)))
    for _ in range(30):
        sink.write(_event((4, 0.5)))
    sink.close()
    for file in (path, tmp_path / "out.csv.1"):  # also where it starts anew
        rows = _rows(file)
        assert list(rows[0]) == header.split(",")
        assert {row["label"] for row in rows} <= {"class 3", "class 4"}


def _several(mood, age=41.5, plate="AB 1"):
    scores = np.full(len(plate), 0.5, np.float32)
    pair = Values(np.float32([1, 2]), ("low", "high"))
    heads = {
        "mood": classes(*mood),
        "age": Values(np.float32([age]), ("value",)),
        "score": pair,
        "plate": Text(plate, scores),
        "rest": RawOutputs({}),
    }
    return Event(blank(7), Heads(heads), Timing(1, 2, 3, 4))


@pytest.mark.parametrize("form", ["all", "slim"])
def test_csv_has_columns_for_every_head(tmp_path, form):
    path = tmp_path / "out.csv"
    sink = open_sink(f"csv:{path}?columns={form}")
    sink.write(_several([(3, 0.25), (1, 0.125)]))
    sink.write(_several([], age=2, plate=""))  # a frame whose classes are all refused
    sink.close()
    first, second = _rows(path)
    own = ["mood", "mood.score", "age", "score.low", "score.high"]
    own += ["plate", "plate.score"]
    assert [first[name] for name in own] == [
        *("class 3", "0.25", "41.5", "1.0", "2.0", "AB 1", "0.5")
    ]
    assert [second[name] for name in own] == ["", "", "2.0", "1.0", "2.0", "", "0.0"]
    assert not {"label", "score", "x1", "item"} & set(first)
    sink = open_sink(f"csv:{path}?append=1")
    sink.write(_several([(2, 0.5)]))
    sink.close()
    assert [row["mood"] for row in _rows(path)] == ["class 3", "", "class 2"]


def test_csv_of_names_that_fall_together_loses_no_number(tmp_path):
    sink = open_sink(f"csv:{tmp_path}/out.csv")
    sink.write(_drive(1, 2, names=("index", "index_value")))
    sink.close()
    (row,) = _rows(tmp_path / "out.csv")
    assert (row["index_value"], row["index_value_value"]) == ("1.0", "2.0")


def test_csv_has_a_row_per_line_of_text(tmp_path):
    sink = open_sink(f"csv:{tmp_path}/out.csv?columns=slim")
    for text in ("AB, 1", ""):
        scores = np.full(len(text), 0.5, np.float32)
        sink.write(Event(blank(7), Text(text, scores), Timing(1, 2, 3, 4)))
    sink.close()
    rows = _rows(tmp_path / "out.csv")
    pairs = [(row["label"], row["score"]) for row in rows]
    assert pairs == [("AB, 1", "0.5"), ("", "0.0")]


EVIL = '=HYPERLINK("http://x")'


def _evil_event():
    detections = Detections(
        *(np.zeros((1, 4), np.float32), np.ones(1, np.float32), np.zeros(1, int)),
        (EVIL,),
    )
    return Event(replace(blank(7), source="@photo.jpg"), detections, Timing())


@pytest.mark.parametrize(("raw", "mark"), [("", "'"), ("&raw=1", "")])
def test_labels_and_files_are_no_formulas_unless_they_are_to_be(tmp_path, raw, mark):
    sink = open_sink(f"csv:{tmp_path}/out.csv?columns=slim{raw}")
    sink.write(_evil_event())
    sink.close()
    (row,) = _rows(tmp_path / "out.csv")
    assert row["label"] == mark + EVIL
    assert row["source"] == f"{mark}@photo.jpg"
    assert float(row["x1"]) == 0


def test_columns_that_a_model_names_are_no_formulas_and_can_be_continued(tmp_path):
    path = tmp_path / "out.csv"
    for append in ("", "&append=1"):
        sink = open_sink(f"csv:{path}?columns=slim{append}")
        sink.write(_drive(-1, 2, names=("=A1", "two\nlines")))
        sink.close()
    rows = _rows(path)
    assert [(row["'=A1"], row["two lines"]) for row in rows] == [("-1.0", "2.0")] * 2


@pytest.mark.parametrize("cut", range(0, 60, 7))
def test_a_csv_file_cut_inside_a_cell_with_a_line_break_is_continued(tmp_path, cut):
    """FIELD 5.9: the kill comes behind the line break inside the label's quotes."""
    path = tmp_path / "out.csv"
    label = "first line\r\nsecond line\nthird"
    for append in ("", "&append=1"):
        sink = open_sink(f"csv:{path}?columns=slim{append}")
        for _ in range(3):
            scores = np.full(len(label), 0.5, np.float32)
            sink.write(Event(blank(7), Text(label, scores), Timing()))
        sink.close()
        if not append:
            whole = path.read_bytes()
            path.write_bytes(whole[: len(whole) - cut])
    with open(path, newline="") as file:
        rows = list(csv.reader(file))
    assert {len(row) for row in rows} == {9}
    assert {row[3] for row in rows[1:]} == {label}
    assert len(rows) == 1 + 6 - (cut > 0)


def test_csv_refuses_results_that_have_no_rows(tmp_path):
    sink = open_sink(f"csv:{tmp_path}/out.csv?on-error=stop")
    with pytest.raises(SinkError, match="Use the sink jsonl:FILE"):
        sink.write(Event(blank(), Plain(), Timing()))


def test_a_line_says_where_what_and_how_long():
    line = line_of(_event((3, 0.25)))
    assert line == (
        "fake#7  class 3 0.25  model 9.0 ms (prepare 2.0, invoke 3.0, decode 4.0), "
        "capture 1.0, emit 5.0"
    )


def test_an_image_stands_by_its_path_alone():
    given = _event((3, 0.25))
    frame = type(given.frame)(given.frame.image, 0, 4, "photos/cat.jpg")
    assert line_of(Event(frame, given.result, given.timing)).startswith(
        "photos/cat.jpg  class 3"
    )


def test_a_result_is_described_by_its_best_five():
    assert describe(classes()) == "nothing"
    many = classes(*((number, 0.5) for number in range(7)))
    assert describe(many).endswith("class 4 0.50 and 2 more")
    assert describe(Plain()) == "mask somewhere"  # its own texts and numbers
    arrays = {"scores": np.zeros((1, 6)), "count": np.zeros(())}
    assert describe(RawOutputs(arrays)) == "scores 1x6, count scalar"


def test_csv_has_the_points_of_a_hand_in_one_cell(tmp_path):
    hand = Landmarks(
        np.asarray([[[10, 12.5, 3], [20, 13, 0]]], np.float32),
        np.asarray([0.5], np.float32),
        ("left hand",),
        ("wrist", "tip"),
        (),
        np.zeros((1, 4, 2), np.float32),
    )
    sink = open_sink(f"csv:{tmp_path}/out.csv")
    sink.write(replace(_event(), result=hand))
    sink.write(replace(_event(), result=hand[:0]))
    sink.close()
    row, nothing = _rows(tmp_path / "out.csv")
    assert (row["label"], row["keypoints"]) == ("left hand", "10.0 12.5 20.0 13.0")
    assert (row["x1"], row["y2"], nothing["label"]) == ("10.0", "13.0", "")


def test_csv_has_the_keypoints_of_a_box_in_one_cell(tmp_path):
    face = Detections(
        np.asarray([[1, 2, 30, 40]], np.float32),
        np.asarray([0.5], np.float32),
        np.asarray([0]),
        ("face",),
        keypoints=np.asarray([[[10, 12.5], [20, 13]]], np.float32),
        keypoint_labels=("right eye", "left eye"),
    )
    sink = open_sink(f"csv:{tmp_path}/out.csv")
    sink.write(replace(_event(), result=face))
    sink.close()
    (row,) = _rows(tmp_path / "out.csv")
    assert row["keypoints"] == "10.0 12.5 20.0 13.0"
    assert row["x2"] == "30.0"


def test_csv_has_the_facts_of_a_picture_and_the_best_of_each_head(tmp_path):
    depth = OutputImage(
        np.zeros((2, 3), np.uint8),
        (8, 6),
        (0, 0, 8, 6),
        np.arange(6, dtype=np.float32).reshape(2, 3),
        "large",
    )
    mask = Segmentation(
        np.zeros((6, 8), np.uint8),
        np.array([0, 1]),
        np.array([0.75, 0.25], np.float32),
        ("road", "car"),
    )
    face = Embedding(np.array([1.0], np.float32), "ann", 0.875)
    age = Values(np.array([31.5], np.float32), ("age",))
    heads = Heads({"age": age, "far": depth, "what": mask, "who": face})
    for name, result in (("depth", depth), ("heads", heads)):
        sink = open_sink(f"csv:{tmp_path}/{name}.csv")
        sink.write(Event(blank(7), result, Timing(1, 2, 3, 4)))
        sink.close()
    (row,) = _rows(tmp_path / "depth.csv")
    assert (row["image_kind"], row["image_width"], row["image_max"]) == (
        "map",
        "3",
        "5.0",
    )
    (row,) = _rows(tmp_path / "heads.csv")
    assert (row["age"], row["far.max"]) == ("31.5", "5.0")
    assert (row["what"], row["what.area"]) == ("road", "0.75")
    assert (row["who"], row["who.score"]) == ("ann", "0.875")


def test_csv_counts_the_people_of_a_head(tmp_path):
    points = np.zeros((2, 17, 2), np.float32)
    people = Poses(points, points[:, :, 0], np.asarray([0.75, 0.5], np.float32))
    sink = open_sink(f"csv:{tmp_path}/people.csv")
    for poses in (people, people[:0]):
        sink.write(Event(blank(7), Heads({"people": poses}), Timing(1, 2, 3, 4)))
    sink.close()
    rows = _rows(tmp_path / "people.csv")
    cells = [(row["people.count"], row["people.score"]) for row in rows]
    assert cells == [("2", "0.75"), ("0", "")]


def test_records_and_rows_name_the_camera_where_there_are_several(tmp_path):
    event = replace(_event((3, 0.25)), camera="yard")
    assert list(record_of(event))[:2] == ["time", "camera"]
    assert "camera" not in record_of(_event((3, 0.25)))
    sink = open_sink(f"csv:{tmp_path}/out.csv")
    sink.write(event)
    sink.write(_event((3, 0.25)))
    sink.close()
    with open(tmp_path / "out.csv", newline="") as file:
        assert [row["camera"] for row in csv.DictReader(file)] == ["yard", ""]
