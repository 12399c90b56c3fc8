"""Counts by label, also of labels without end."""

from __future__ import annotations

from edgevision.runtime.regions import RegionCounter, passage_counts
from support.region_walks import GATE, play, tracks_of, walk


def test_labels_that_a_second_model_reads_are_counted_in_bounded_memory(monkeypatch):
    monkeypatch.setattr(passage_counts, "_MOST_LABELS", 2)
    plates = ("AB 1", "CD 2", "EF 3", "GH 4", "AB 1")
    frames = [
        tracks_of(time_s, feet, labels={number: plate})
        for number, plate in enumerate(plates, 1)
        for time_s, feet in walk(
            (200, 100), (200, 300), 3, begin=10 * number, number=number
        )
    ]
    crossings, snapshot = play(RegionCounter([GATE]), frames)
    assert [one.label for one in crossings] == list(plates)
    assert snapshot.states["gate"].counts_in == {"AB 1": 2, "CD 2": 1, "other": 2}
