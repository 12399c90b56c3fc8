"""Network addresses: their parts, and passwords that cut them at the wrong place."""

from __future__ import annotations

import traceback

import pytest
from edgevision.runtime.sources.network import connection, network_source
from edgevision.runtime.sources.network.address import (
    SCHEMES,
    check_address,
    split_address,
)
from edgevision.runtime.sources.open import open_source, parse_source
from hypothesis import example, given
from hypothesis import strategies as st

from edgevision.errors import EdgeVisionError, SourceError


def test_our_options_are_taken_out_of_an_address_and_the_camera_s_stay():
    address = parse_source("rtsp://cam/live?channel=1&rotate=180&subtype=0")
    assert address.kind == "network"
    assert address.target == "rtsp://cam/live?channel=1&subtype=0"
    assert address.transform.rotate == 180
    assert split_address("http://cam/v", ("rotate",)) == ("http://cam/v", {})


@pytest.mark.parametrize(
    "address",
    [
        "rtsp://admin:p@ss#1/x?@127.0.0.1:9/h264",
        "rtsp://admin:abc@HALF/xyz@127.0.0.1:9/h264",
        "http://admin:abc@HALF#xyz@127.0.0.1:9/v",
        "rtsp://admin:Geheim#1@127.0.0.1:9/h264",
        "rtsp://admin:Geheim?rotate=90@127.0.0.1:9/h264",
        "rtsp://admin:Gehe/im@127.0.0.1:9/h264",
    ],
)
def test_a_password_that_cuts_its_address_is_explained_and_not_shown(address):
    with pytest.raises(SourceError) as error:
        parse_source(address)
    text = str(error.value)
    assert text.startswith(f"Cannot read {address[:4]}://***@127.0.0.1:9/")
    assert "@ as %40, # as %23, / as %2F, ? as %3F" in text
    for part in ("admin", "p@", "ss", "abc", "HALF", "xyz", "Geh", "im", "90"):
        assert part not in text.replace("password", "").replace("must", "")


@pytest.mark.parametrize(
    "address",
    [
        "rtsp://admin:p%40ss%231%2Fx%3F@127.0.0.1:9/h264",
        "rtsp://admin:p@ss@cam/1",
        "http://127.0.0.1:8080/a@b",
        "http://me:pw@192.168.1.5/a@b",
        "http://cam/a@b",
        "udp://@:5000",
    ],
)
def test_an_address_whose_host_is_clear_passes(address):
    check_address(address)


@given(st.text("abc@#/?%:1.", max_size=12))
@example("1/2")
def test_a_password_as_it_is_never_names_another_host(password):
    """Return the host of the last "@", or refuse: no piece of it is looked up."""
    from urllib.parse import urlsplit

    address = f"rtsp://admin:{password}@10.0.0.7/stream"
    try:
        check_address(address)
    except SourceError:
        return
    host = urlsplit(address).hostname
    assert host in ("10.0.0.7", "admin")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    "rest",
    [
        "me:s3CRET@127.0.0.1:9/v",
        "me:s3%43RET@127.0.0.1:9/v",
        "me:s3#CRET@127.0.0.1:9/v",
        "me:s3/CRET@127.0.0.1:9/v?pwd=s3CRET",
        "127.0.0.1:9/v?pwd=s3CRET\x7f x",
        "127.0.0.1:9/v?passphrase=s3CRET12345&streamid=read:s3CRET",
        "me:s3CRET@127.0.0.1:70000/v",
        "me:s3CRET@no host.invalid/v",
        "12:34s3/CRET@127.0.0.1:9/v",
    ],
)
def test_not_even_a_traceback_shows_a_part_of_a_password(scheme, rest, monkeypatch):
    """What ``--debug`` prints: the error, and those that it was raised from."""
    monkeypatch.setattr(network_source, "OPEN_TIMEOUT_MS", 300)
    monkeypatch.setattr(connection, "OPEN_S", 0.3)
    with pytest.raises(EdgeVisionError) as error:
        open_source(f"{scheme}://{rest}")
    text = "".join(traceback.format_exception(error.value))
    code = "".join(traceback.format_tb(error.value.__traceback__))
    assert "s3" not in text.replace(code, "")
    assert "CRET" not in text.replace(code, "")


@pytest.mark.parametrize(
    "address",
    [
        *("http://", "rtsp://:554/1", "tcp://cam:0", "http://cam:70000/v"),
        *("http://a b/v", "rtsp://cam:x/1", "udp://cam:x", "http://[::1/v"),
    ],
)
def test_what_can_be_no_host_is_refused_before_anything_is_asked(address):
    with pytest.raises(SourceError, match=r"expected (\w+://HOST) or \1:PORT, with"):
        parse_source(address)


def test_a_port_of_this_machine_needs_no_host():
    for address in ("udp://:5000", "udp://@:5000"):
        assert parse_source(address).target == address


def test_a_password_without_its_host_is_not_shown_as_a_port():
    with pytest.raises(SourceError, match=r"Cannot read rtsp://\*\*\*: expected"):
        parse_source("rtsp://admin:Geheim/1")
