"""Tokens: new ones, kept ones, and those that are refused."""

from __future__ import annotations

import re

import pytest
from edgevision.runtime.sinks.web import web_sink
from edgevision.runtime.sinks.web.token import token_of
from edgevision.runtime.sinks.web.web_sink import WebSink

from edgevision.errors import SinkError

GOOD = "a-token_of-22-letters0"


def test_each_start_makes_a_new_token_unless_one_is_kept():
    first, second = token_of(""), token_of("")
    assert first != second
    assert len(first) >= 22


def test_a_token_comes_from_an_environment_variable(monkeypatch):
    monkeypatch.setenv("DOOR_TOKEN", GOOD)
    assert token_of("env:DOOR_TOKEN") == GOOD


def test_a_token_file_is_made_once_for_its_owner_alone(tmp_path):
    path = tmp_path / "token"
    token = token_of(f"file:{path}")
    assert path.stat().st_mode & 0o777 == 0o600
    assert token_of(f"file:{path}") == token == path.read_text().strip()
    assert [item.name for item in tmp_path.iterdir()] == ["token"]
    path.write_text("")  # a power loss came between making and writing it
    assert len(token_of(f"file:{path}")) >= 22


def test_the_page_of_another_host_is_opened_with_the_kept_token(monkeypatch):
    monkeypatch.setattr(web_sink, "is_loopback", lambda host: False)
    monkeypatch.setenv("DOOR_TOKEN", GOOD)
    for _ in range(2):
        with WebSink.open("127.0.0.1:0", {"token": "env:DOOR_TOKEN"}) as sink:
            assert re.search(r":[0-9]+/\?token=(.*)$", sink.address)[1] == GOOD


@pytest.mark.parametrize(
    ("where", "match"),
    [
        ("env:NOT_SET", "environment variable NOT_SET is not set as the token"),
        ("env:SHORT", "has only 5 characters"),
        ("env:ODD", "cannot stand in an address"),
        ("file:{dir}/none/token", "none/token: No such file or directory. Choose"),
        ("env:", r"expected env:NAME .* or file:PATH"),
        ("my-secret-of-many-letters", "not written on the command line"),
    ],
)
def test_what_is_no_token_is_told_without_showing_it(
    tmp_path, monkeypatch, where, match
):
    monkeypatch.delenv("NOT_SET", raising=False)
    monkeypatch.setenv("SHORT", "short")
    monkeypatch.setenv("ODD", "a token with spaces and more")
    with pytest.raises(SinkError, match=match) as caught:
        token_of(where.format(dir=tmp_path))
    assert not re.search("my-secret|spaces and more", str(caught.value))
