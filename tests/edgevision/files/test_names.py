"""Names of any bytes, for people and for libraries written in C++."""

from __future__ import annotations

import json
import os
from pathlib import Path

from edgevision.files import name_as_text, native_path, utf8

ODD = os.fsdecode(b"caf\xe9.png")


def test_a_byte_of_no_utf_8_is_an_escape():
    assert utf8("ca\u00f1on") == "ca\u00f1on".encode()
    assert name_as_text("/photos/" + ODD) == "caf\\udce9.png"
    # Inside JSON the escape is the character itself.
    assert json.loads(b'"' + utf8(ODD) + b'"') == ODD


def test_a_file_of_any_name_can_be_opened_by_a_name_that_is_text(tmp_path: Path):
    for name in ("plain.png", ODD):
        path = tmp_path / name
        path.write_bytes(b"content")
        with native_path(path) as text:
            assert text.isascii()
            assert text.endswith(".png")
            assert Path(text).read_bytes() == b"content"
        assert os.path.lexists(text) == (name != ODD)
