"""Damaged and hostile video files: frames or one sentence, whatever the bytes are."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from edgevision.runtime.sources.video.opencv_reader import OpencvReader
from edgevision.runtime.sources.video.video_source import VideoSource, open_reader
from support.clips import B_FRAMES, make_clip, needs_pyav

from edgevision.errors import SourceError

pytestmark = needs_pyav


def mutated(data: bytes, seed: int) -> bytes:
    """Return a file with wild bytes in it, cut off, or with a part left out."""
    chance = random.Random(seed)
    changed = bytearray(data)
    kind = seed % 4
    if kind == 0:
        del changed[chance.randrange(len(changed)) :]
    elif kind == 1:
        start = chance.randrange(len(changed))
        del changed[start : start + chance.randrange(1, 400)]
    else:
        reach = len(changed) if kind == 2 else min(len(changed), 1500)  # the header
        for _ in range(chance.randrange(1, 16)):
            wild = chance.choice([0, 1, 127, 128, 255, chance.randrange(256)])
            changed[chance.randrange(reach)] = wild
    return bytes(changed)


@pytest.mark.parametrize("reader", [open_reader, OpencvReader])
@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".avi", ".ts"])
def test_a_mutated_file_gives_frames_or_a_sentence(tmp_path, suffix, reader, capfd):
    whole = make_clip(
        tmp_path / f"whole{suffix}", range(12), Fraction(1, 10), options=B_FRAMES
    ).read_bytes()
    path = tmp_path / f"a{suffix}"
    outcomes, sentences = set(), []
    for seed in range(60):
        path.write_bytes(mutated(whole, seed))
        try:
            source = VideoSource(path, reader=reader)
            source.status.on_note = lambda text: None
            positions = [frame.position_s for frame in source]
        except SourceError as error:
            sentences.append(str(error))
            outcomes.add("a sentence")
        else:
            known = [position for position in positions if position is not None]
            assert known == sorted(known)
            assert known[0] == 0
            outcomes.add("frames")
    assert outcomes == {"a sentence", "frames"}
    assert all(str(path) in text for text in sentences)
