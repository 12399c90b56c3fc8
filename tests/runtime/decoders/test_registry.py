"""The table of decoders: every entry names what exists, and tasks have one default."""

from __future__ import annotations

import pytest
from edgevision.runtime.decoders.registry import (
    DECODERS,
    decoder_entry,
    decoder_of_task,
    only_decoder,
)

from edgevision.card import RESIZE_RULES, TASKS
from edgevision.registry import load


@pytest.mark.parametrize("name", DECODERS)
def test_what_an_entry_names_exists(name):
    entry = DECODERS[name]
    assert entry.task in TASKS
    assert entry.vector_task in (*TASKS, "")
    assert entry.resize in RESIZE_RULES
    assert callable(load(entry.target).decode)
    for function in (entry.recognise, entry.prove):
        assert not function or callable(load(function))


def test_a_task_has_one_default_at_most():
    tasks = [entry.task for entry in DECODERS.values() if entry.is_default]
    assert len(set(tasks)) == len(tasks)


@pytest.mark.parametrize(
    ("task", "default", "only"),
    [
        ("classification", "classifier", "classifier"),
        ("detection", "", ""),  # six decoders, and no shape that fits all of them
        ("embedding", "embedding", "embedding"),
        ("generation", "image", "image"),
        ("image", "image", "image"),
        ("pose", "pose", ""),  # the tensors may say that it is YOLO's
        ("segmentation", "segmentation", "segmentation"),
        ("", "", ""),
    ],
)
def test_a_task_names_its_decoder_where_it_can(task, default, only):
    assert (decoder_of_task(task), only_decoder(task)) == (default, only)


def test_a_name_that_is_not_there_is_a_sentence():
    with pytest.raises(ValueError, match=r"No decoder 'yolo8'\. Did you mean 'yolo'\?"):
        decoder_entry("yolo8")
