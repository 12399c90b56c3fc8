"""Every public export is what it is, or asked for; no two decoders claim one.

The table is ``signatures/*.txt``: one row per published file, with its tensors, the
last operations behind its outputs, and what is expected.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest
from edgevision.runtime.decoders import DECODERS
from edgevision.runtime.opening import OpenOptions, resolve
from edgevision.runtime.opening.recognition import recognise, recognise_as
from edgevision.runtime.tflite import ModelFile
from support.expressions import Output, model_of

from edgevision.errors import UnsupportedModelError

TABLE = Path(__file__).with_name("signatures")
PIXELS = OpenOptions(normalize="unit")
"""The values of pixels are another question."""


@dataclass
class Export:
    """One row of the table."""

    name: str
    source: str
    inputs: list[str] = field(default_factory=list)
    outputs: list[Output] = field(default_factory=list)
    task: str = ""
    decoder: str = ""
    options: dict[str, str] = field(default_factory=dict)
    question: str = ""

    def __str__(self) -> str:
        return self.name

    @property
    def model(self) -> ModelFile:
        metadata = {"task": self.task, "names": {0: "a"}} if self.task else None
        if self.task in ("detect", "segment", "classify"):
            metadata = {"task": self.task, "names": {}}
        return model_of(self.inputs, self.outputs, ultralytics=metadata)


def read_table(text: str) -> list[Export]:
    """Return the rows of one file."""
    parts: dict[str, str] = {}
    rows: list[Export] = []
    for line in text.splitlines():
        word, _, rest = line.partition(" ")
        if not line or word == "#" or line.startswith("#"):
            continue
        if word == "let":
            name, _, expression = rest.partition(" = ")
            parts[name] = _filled(expression, parts)
        elif word == "in" and "|" not in line:
            rows[-1].inputs.append(rest)
        elif word == "out":
            name, tensor, expression = (part.strip() for part in rest.split(" | "))
            rows[-1].outputs.append((name, tensor, _filled(expression, parts)))
        elif word == "meta":
            rows[-1].task = rest
        elif word == "is":
            rows[-1].decoder, *options = rest.split(" ")
            rows[-1].options = dict(option.split("=", 1) for option in options)
        elif word == "asks":
            rows[-1].question = rest
        else:
            name, _, source = line.partition(" | ")
            rows.append(Export(name, source))
    return rows


def _filled(expression: str, parts: dict[str, str]) -> str:
    return re.sub(r"\$(\w+)", lambda match: parts[match[1]], expression)


EXPORTS = [
    row
    for path in sorted(TABLE.glob("*.txt"))
    for row in read_table(path.read_text("utf-8"))
]


@cache
def claims(place: int) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Return which decoders prove a row, merely fit it, and ask about it."""
    model = EXPORTS[place].model
    proven, fitting, asking = set(), set(), set()
    for name in DECODERS:
        try:
            answer = recognise_as(name, model)
        except UnsupportedModelError:
            asking.add(name)
            continue
        if answer is not None:
            (proven if answer.is_proven else fitting).add(name)
    return frozenset(proven), frozenset(fitting), frozenset(asking)


def test_the_table_is_as_long_as_it_must_be():
    assert len(EXPORTS) >= 100
    assert len({row.name for row in EXPORTS}) == len(EXPORTS)
    for row in EXPORTS:
        assert row.source, row.name
        assert row.inputs, row.name
        assert row.outputs, row.name
        assert bool(row.decoder) != bool(row.question), row.name


@pytest.mark.parametrize("row", EXPORTS, ids=str)
def test_an_export_is_what_it_is_or_asked_for(row):
    if row.question:
        with pytest.raises(UnsupportedModelError, match=row.question):
            _opened(row)
        return
    output = _opened(row).card.output
    assert output.decoder == row.decoder
    for option, value in row.options.items():
        known = output.options[option]
        words = ",".join(known) if isinstance(known, (list, tuple)) else str(known)
        assert words == value, option


def _opened(row: Export):
    """Return how a row is run; its decoder must take what was proven."""
    from edgevision.runtime.decoders import named_decoder

    model = row.model
    settings = resolve(model, PIXELS)
    card = settings.card
    assert card.input is not None
    if any("?" in tensor for tensor in row.inputs):
        return settings  # its size, and so what the decoder needs, is another question
    named_decoder(
        card.output.decoder,
        model.outputs,
        model_size=(card.input.width, card.input.height),
        options=dict(card.output.options),
    )
    return settings


@pytest.mark.parametrize("place", range(len(EXPORTS)), ids=lambda i: EXPORTS[i].name)
def test_one_decoder_claims_an_export_and_no_other(place):
    row = EXPORTS[place]
    if row.task:
        return  # the metadata say it
    proven, fitting, asking = claims(place)
    assert len(proven) <= 1
    if row.decoder:
        assert not asking
        assert (proven or fitting) == {row.decoder}


def test_every_pair_is_told_apart():
    """Of two exports of different kinds, neither is proven to be the other's."""
    wrong = []
    for first, one in enumerate(EXPORTS):
        proven, _, asking = claims(first)
        if one.task or asking:
            continue  # what is asked for is taken for nothing
        for other in EXPORTS:
            differ = other.decoder not in ("", one.decoder)
            if differ and other.decoder in proven and not _asks_itself(one):
                wrong.append(f"{one.name} is taken for {other.name} ({other.decoder})")
    assert not wrong


def _asks_itself(row: Export) -> bool:
    """Return whether the decoder, or an input, asks where the outputs are known."""
    try:
        _opened(row)
    except UnsupportedModelError:
        return True
    return False


def test_no_row_depends_on_who_is_asked_first(monkeypatch):
    from edgevision.runtime.opening.recognition import search

    def answers() -> list[str]:
        return [_answer(row.model) for row in EXPORTS]

    first = answers()
    turned = dict(reversed(DECODERS.items()))
    monkeypatch.setattr(search, "DECODERS", turned)
    assert answers() == first


def _answer(model: ModelFile) -> str:
    try:
        return str(recognise(model))
    except UnsupportedModelError as error:
        return str(error)
