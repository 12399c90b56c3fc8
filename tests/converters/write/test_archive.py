"""Small files behind a model: found where their positions say, uncompressed."""

from __future__ import annotations

import io
import struct
import zipfile

from edgevision.converters.write.archive import zip_at
from hypothesis import given
from hypothesis import strategies as st

MEMBERS = st.dictionaries(
    st.text("abcdeé_.", min_size=1, max_size=12), st.binary(max_size=40), max_size=4
)


@given(members=MEMBERS, before=st.integers(0, 3000))
def test_positions_count_from_the_files_beginning(members, before):
    data = bytes(before) + zip_at(members, before)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == members
    # A reader that corrects nothing, as the peers' are: from the end's own numbers.
    end = data.rindex(b"PK\x05\x06")
    count, _, at = struct.unpack_from("<HLL", data, end + 10)
    assert count == len(members)
    for name, content in members.items():
        assert data[at : at + 4] == b"PK\x01\x02"
        method = struct.unpack_from("<H", data, at + 10)[0]
        lengths = struct.unpack_from("<HHH", data, at + 28)
        local = struct.unpack_from("<L", data, at + 42)[0]
        assert method == zipfile.ZIP_STORED
        assert data[local : local + 4] == b"PK\x03\x04"
        start = local + 30 + sum(struct.unpack_from("<HH", data, local + 26))
        assert data[start : start + len(content)] == content
        assert data[at + 46 : at + 46 + lengths[0]].decode("utf-8") == name
        at += 46 + sum(lengths)


def test_the_same_files_make_the_same_bytes():
    assert zip_at({"a": b"1"}, 64) == zip_at({"a": b"1"}, 64)


def test_where_positions_do_not_fit_they_count_from_the_archives_beginning():
    assert zip_at({"a": b"1"}, 2**32) == zip_at({"a": b"1"}, 0)
