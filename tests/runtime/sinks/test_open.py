"""Sink strings: kind, target, options, and what may be replaced."""

from __future__ import annotations

import pytest
from edgevision.runtime.sinks.open import open_sink, parse_sink

from edgevision.errors import OutputExistsError, SinkError


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_what_exists_is_replaced_only_by_force(kind, tmp_path):
    text = f"{kind}:{tmp_path}/out.{kind}"
    (tmp_path / f"out.{kind}").write_text("precious\n")
    with pytest.raises(OutputExistsError, match="--force"):
        open_sink(text)
    assert (tmp_path / f"out.{kind}").read_text() == "precious\n"
    open_sink(text, force=True).close()
    assert "precious" not in (tmp_path / f"out.{kind}").read_text()


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("out.jsonl", "has no kind. Write it as KIND:TARGET, for instance jsonl:out"),
        ("out.CSV", "for instance csv:out.CSV"),
        ("out.mkv", "for instance video:out.mkv"),
        ("pictures", "for instance images:pictures"),
        ("", "for instance jsonl:out.jsonl"),
        ("jsnol:out", "Did you mean 'jsonl'"),
        ("jsonl:", "does not say where to"),
        ("jsonl:a?on-error=panic", "expected one of retry, drop, stop"),
    ],
)
def test_a_wrong_sink_string_is_told(text, match):
    with pytest.raises(SinkError, match=match):
        parse_sink(text)
