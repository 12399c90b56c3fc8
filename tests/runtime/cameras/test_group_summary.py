"""The table of a group of cameras, and its figures as JSON."""

from __future__ import annotations

import json

from edgevision.runtime.cameras.group_summary import GroupSummary
from edgevision.runtime.pipeline.summary import RunSummary
from edgevision.runtime.timing import LatencyTable, Timing


def _run(frames, **more):
    table = LatencyTable()
    for number in range(frames):
        age = Timing(invoke_ms=2.0, age_ms=10.0 * number)
        table.add(age, finished_ns=int(number * 1e8))
    plain = {"dropped": 0, "thinned": 0, "reconnects": 0, "gap_s": 0.0}
    return RunSummary(table, **{**plain, "unreadable": 0, "lost": {}, **more})


def test_a_row_for_each_camera_and_a_line_for_each_loss():
    summary = GroupSummary(
        {
            "yard": _run(21, dropped=7, thinned=3, reconnects=2, gap_s=4.5),
            "d": _run(0, damaged=4, lost={"nas": 5, "csv": 0}, board="Board: 61 °C"),
        },
        {"yard": "running", "d": "failed"},
        {"d": "the cable is out."},
    )
    lines = list(summary.lines())
    assert [line.split() for line in lines[:3]] == [
        ["camera", "frames", "fps", "dropped", "skipped", "age", "p50", "p95", "state"],
        ["yard", "21", "10.00", "7", "3", "100.0", "190.0", "running"],
        ["d", "0", "-", "0", "0", "-", "-", "failed"],
    ]
    assert lines[4:] == [
        "yard: 2 reconnects (4.5 s without pictures)",
        "d: 4 damaged",
        "d: nas lost 5 events",
        "d: the cable is out.",
        "Board: 61 °C",
    ]
    record = json.loads(json.dumps(summary.to_dict()))
    assert record["yard"]["dropped"] == 7
    assert (record["d"]["state"], record["d"]["error"]) == (
        "failed",
        "the cable is out.",
    )
    assert record["yard"]["error"] is None
