"""Network addresses: their parts, and passwords that cut them at the wrong place."""

from __future__ import annotations

import pytest
from edgevision.runtime.sources.network.address import check_address, split_address
from edgevision.runtime.sources.open import parse_source
from hypothesis import example, given
from hypothesis import strategies as st

from edgevision.errors import SourceError


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
