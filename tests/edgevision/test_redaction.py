"""Passwords are in no text, whatever characters they hold."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgevision.errors import SourceError
from edgevision.redaction import (
    hide_secrets,
    hide_user_info,
    keep_secret,
    redact,
    redact_address,
)

PASSWORDS = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x2FF), min_size=1, max_size=30
)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("rtsp://me:pa55@cam/1", "rtsp://***@cam/1"),
        ("rtsp://me:p@55@cam/1", "rtsp://***@cam/1"),
        ("http://cam/v?password=x&q=1", "http://cam/v?password=***&q=1"),
        ("http://cam/v?q=1&usr=a&pwd=b", "http://cam/v?q=1&usr=***&pwd=***"),
        (
            "http://cam/v?api_key=x&access-token=y",
            "http://cam/v?api_key=***&access-token=***",
        ),
        ("two rtsp://a:b@c and http://d:e@f", "two rtsp://***@c and http://***@f"),
        ("http://cam/a@b", "http://cam/a@b"),
        ("http://127.0.0.1:8080/a@b", "http://127.0.0.1:8080/a@b"),
        ("http://localhost:8080/a@b", "http://localhost:8080/a@b"),
        # Perhaps the user "cam" with the password "8080/a".
        ("http://cam:8080/a@b", "http://***@b"),
        ("rtsp://1234:5678/9@cam/1", "rtsp://***@cam/1"),
        ("rtsp://a/b:c@cam/1", "rtsp://***@cam/1"),
        ("rtsp://me@mail.org:c/d@cam/1", "rtsp://***@cam/1"),
        ("udp://@:5000", "udp://@:5000"),
        ("srt://cam:9?passphrase=x&latency=1", "srt://cam:9?passphrase=***&latency=1"),
        ("srt://cam:9?streamid=read:me:a:b", "srt://cam:9?streamid=***"),
        ("http://[::1]:80/a@b", "http://[::1]:80/a@b"),
        # Typed as it is, although a "/" or "#" ought to be written as %2F or %23.
        ("http://me:pa/55@cam/1", "http://***@cam/1"),
        ("http://me:pa#55@cam/1", "http://***@cam/1"),
        ("rtsp:/me:pa55@cam/1", "rtsp:/***@cam/1"),
        (
            'rtspsrc location="rtsp://a:b@c/d" user-id=me user-pw="x y" ! z',
            'rtspsrc location="rtsp://***@c/d" user-id=*** user-pw=*** ! z',
        ),
        ("souphttpsrc user-pw='x y' ! z", "souphttpsrc user-pw=*** ! z"),
        ("rtspsrc user-pw = x ! z", "rtspsrc user-pw = *** ! z"),
        ('rtspsrc user-pw=(string)"x y" ! z', "rtspsrc user-pw=*** ! z"),
        (r"rtspsrc user-pw=x\ y ! z", "rtspsrc user-pw=*** ! z"),
        (r'rtspsrc user-pw="x\" y" ! z', "rtspsrc user-pw=*** ! z"),
        (
            r'a extra-headers="h,Authorization=Bearer\ x" ! z',
            'a extra-headers="h,Authorization=*** ! z',
        ),
        ("clip.mp4", "clip.mp4"),
    ],
)
def test_secrets_are_taken_out_of_any_text(text, clean):
    assert redact(text) == clean


@given(PASSWORDS, st.sampled_from(["rtsp", "http", "rtmp", "srt", "ftp"]))
def test_no_character_of_a_password_lets_a_part_of_it_be_seen(password, scheme):
    address = f"{scheme}://admin:{password}@10.0.0.7:80/stream1"
    assert redact_address(address) == f"{scheme}://***@10.0.0.7:80/stream1"


@given(PASSWORDS)
def test_no_character_of_a_password_in_a_query_lets_a_part_of_it_be_seen(password):
    password = password.replace("=", "-").replace("@", "-")
    address = f"http://10.0.0.7/v?res=hd&pwd={password}&fps=5"
    assert redact_address(address) == "http://10.0.0.7/v?res=hd&pwd=***&fps=5"


@pytest.mark.parametrize(
    "address", ["rtsp://10.0.0.7/1", "http://cam.local:8080/v?res=hd&fps=5"]
)
def test_an_address_without_secrets_stays(address):
    assert redact_address(address) == address


def test_an_error_shows_no_password_whoever_wrote_its_sentence():
    error = SourceError("Cannot do x with rtsp://me:it's#1@cam/1 and name@host, key=3.")
    assert str(error) == "Cannot do x with rtsp://***@cam/1 and name@host, key=3."


@pytest.mark.parametrize("query", ["?pwd=a@SECRET", "?pwd=@SECRET&fps=5"])
@pytest.mark.parametrize("host", ["cam:80", "me:pa/55@cam"])
def test_a_field_with_an_at_sign_hides_the_host_as_well(host, query):
    assert redact_address(f"http://{host}/v{query}") == "http://***"


@given(PASSWORDS, PASSWORDS.filter(lambda name: "@" not in name[:1]))
def test_a_user_name_may_hold_any_character_too(password, user):
    address = f"rtsp://{user}:{password}@10.0.0.7/1"
    assert redact_address(address) in ("rtsp://***@10.0.0.7/1", "rtsp://***")


# The rule as one pattern, whose time is cubic in the length of a word.
RULE = re.compile(
    r"(?i)\b([a-z][a-z0-9+.-]*:/{1,3}(?!/))"
    r"(?!(?:[0-9]+(?:\.[0-9]+){3}|\[[0-9a-f:.%]+\]|localhost)(?::[0-9]+)?[/?#])"
    r"(?:\S*:\S*|[^/?#\s'\"]+)@"
)
PIECES = (
    *("a", "3", ":", "/", "@", "?", "#", " ", "'", "\n", ".", "-"),
    *("//", "://", "rtsp://", "http:/", "[::1]", "1.2.3.4", "localhost"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_words_are_taken_apart_by_the_rule(text):
    assert hide_user_info(text) == RULE.sub(r"\1***@", text)


@pytest.mark.parametrize(
    "text",
    ["a://" * 50_000 + " @", "a://" + ":" * 200_000 + " @", "a." * 50_000 + ":/ @"],
    ids=["schemes", "colons", "dots"],
)
def test_a_text_of_any_length_is_no_work(text):
    """A model's labels and a file's name come into sentences."""
    assert hide_user_info(text) == text
    assert "***" in redact_address(f"http://{':' * 200_000}@cam")


@pytest.fixture
def secrets(monkeypatch):
    """Let what a test tells be forgotten."""
    monkeypatch.setattr("edgevision.redaction._secrets", kept := {})
    return kept


@pytest.mark.parametrize(
    "secret", ["it's/a #?@ secret", "a=b&c;d", "0123456", "päss wörd", "a:b@c/d"]
)
@pytest.mark.parametrize("hide", [redact, redact_address, hide_user_info, hide_secrets])
def test_a_secret_is_hidden_wherever_it_stands(secrets, hide, secret):
    keep_secret(secret, "${DOOR}")
    for text in (
        f"rtsp://me:{secret}@cam/1?x={secret}",
        f"no answer to '{secret}'",
        f"{secret}{secret}",
    ):
        assert secret not in hide(text)


def test_a_brief_secret_is_hidden_where_it_is_a_word(secrets):
    keep_secret("80", "${PIN}")
    keep_secret(" ", "${BLANK}")
    assert str(SourceError("PIN 80 of port 8080")) == "PIN ${PIN} of port 8080"


def test_the_longer_one_of_two_secrets_is_hidden_first(secrets):
    keep_secret("secret", "${A}")
    keep_secret("secret-2", "${B}")
    assert hide_secrets("secret-2 and secret") == "${B} and ${A}"
