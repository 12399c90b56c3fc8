"""Answers to Basic and Digest questions, by the examples of the standards."""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit

import pytest
from edgevision.runtime.sources.network.login import Login

# RFC 2617, section 3.5; RFC 7616, section 3.9.1.
OLD = Login("Mufasa", "Circle Of Life")
NEW = Login("Mufasa", "Circle of Life")
QUESTION = {
    "realm": "http-auth@example.org",
    "nonce": "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
    "qop": "auth, auth-int",
    "opaque": "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS",
}
NONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"


def test_the_example_of_rfc_2617():
    fields = {
        "realm": "testrealm@host.com",
        "nonce": "dcd98b7102dd2f0e8b11d0f600bfb0c093",
        "qop": "auth,auth-int",
    }
    answer = OLD.digest(fields, "GET", "/dir/index.html", nonce="0a4f113b")
    assert 'response="6629fae49393a05397450978507c4ef1"' in answer
    assert answer.startswith('Digest username="Mufasa", realm="testrealm@host.com"')
    assert "qop=auth, nc=00000001" in answer


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        (
            "SHA-256",
            "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
        ),
    ],
)
def test_the_examples_of_rfc_7616(algorithm, response):
    fields = {**QUESTION, "algorithm": algorithm}
    answer = NEW.digest(fields, "GET", "/dir/index.html", nonce=NONCE)
    assert f'response="{response}"' in answer
    assert f'opaque="{QUESTION["opaque"]}"' in answer


def test_digest_goes_before_basic_which_shows_the_password():
    login = Login("u", "p")
    both = 'Basic realm="cam", Digest realm="cam", nonce="1", qop="auth"'
    assert login.answer(both, "GET", "/").startswith("Digest username")
    assert login.answer('Basic realm="cam"', "GET", "/") == "Basic dTpw"
    unknown = 'Digest realm="cam", nonce="1", algorithm=ROT13, Basic realm="cam"'
    assert login.answer(unknown, "GET", "/") == "Basic dTpw"
    assert login.answer("Negotiate", "GET", "/") is None


def test_percent_codes_are_characters_and_no_text_shows_the_password():
    login = Login.of(urlsplit("http://me:p%40ss%231%2F%25x@cam/video"))
    assert login == Login("me", "p@ss#1/%x")
    assert "p@ss" not in repr(login)
    assert Login.of(urlsplit("http://cam/video")) is None


def test_what_a_camera_says_is_hashed_byte_by_byte():
    """RFC 7616 hashes bytes; http.client gives each one as a character."""
    realm = "K\u00fcche".encode()
    fields = {"realm": realm.decode("latin-1"), "nonce": "n"}
    answer = Login("\u20ac", "\u00fc").digest(fields, "GET", "/", nonce=NONCE)

    def md5(data):
        return hashlib.md5(data, usedforsecurity=False).hexdigest()

    secret = md5(b":".join(["\u20ac".encode(), realm, "\u00fc".encode()]))
    assert md5(f"{secret}:n:{md5(b'GET:/')}".encode()) in answer
    answer.encode("latin-1")  # as http.client sends it


def test_a_byte_that_is_no_utf8_reaches_the_camera_as_it_is():
    login = Login.of(urlsplit("http://me:%FC@cam/"))
    assert login.answer('Basic realm="c"', "GET", "/") == "Basic bWU6/A=="


def test_a_question_of_megabytes_costs_no_time():
    login = Login("u", "p")
    question = "Digest " + "a" * 6_000_000
    assert login.answer(question, "GET", "/") is None
