"""The words of tracks: votes, and memory only of those that live."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from edgevision.runtime.tracking import Tracks
from edgevision.runtime.tracking.track_words import TrackWords


def _tracks(*ids: int) -> Tracks:
    count = len(ids)
    none = Tracks.empty()
    return replace(
        none,
        ids=np.asarray(ids, np.int64),
        class_ids=np.zeros(count, np.int64),
        labels=("face",) * count,
        boxes=np.zeros((count, 4), np.float32),
        scores=np.zeros(count, np.float32),
        seen_s=np.zeros(count),
        since_s=np.zeros(count),
        trails=np.zeros((count, 0, 2), np.float32),
    )


def _add(words: TrackWords, ids: list[int], labels: list[str], score: float) -> None:
    scores = np.full(len(ids), score, np.float32)
    words.add(np.asarray(ids, np.int64), labels, scores)


def test_the_surest_word_wins_and_can_change() -> None:
    words = TrackWords()
    _add(words, [1, 2, -1], ["anna", "bob", "eve"], 0.5)
    _add(words, [1, 2], ["ann", "bob"], 0.3)
    assert words.named(_tracks(1, 2, 3)).labels == ("anna", "bob", "face")
    for _ in range(100):
        _add(words, [1], ["anna"], 0.9)
    for _ in range(6):
        _add(words, [1], ["carl"], 0.9)
    assert words.named(_tracks(1)).labels == ("carl",)


def test_what_lives_no_more_is_forgotten() -> None:
    words = TrackWords()
    _add(words, [1, 2], ["anna", "bob"], 0.9)
    words.named(_tracks(2))
    assert words.named(_tracks(1, 2)).labels == ("face", "bob")
