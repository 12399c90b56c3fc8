"""Digests of picture files and sets."""

from __future__ import annotations

import hashlib

import pytest
from edgevision.runtime.image.picture_digest import file_digest, set_digest

from edgevision.errors import SourceError


def test_a_files_digest_is_that_of_its_bytes(tmp_path):
    (tmp_path / "a.jpg").write_bytes(b"pixels")
    assert file_digest(tmp_path / "a.jpg") == hashlib.sha256(b"pixels").hexdigest()
    with pytest.raises(SourceError, match=r"Cannot read .*b\.jpg: No such file"):
        file_digest(tmp_path / "b.jpg")


def test_a_sets_digest_does_not_depend_on_the_order():
    assert set_digest(["a", "b"]) == set_digest(["b", "a"]) != set_digest(["a", "c"])
