"""Made trees of system files."""

from __future__ import annotations

import pytest


@pytest.fixture
def make_tree(tmp_path):
    def make(files: dict[str, str]):
        for name, text in files.items():
            path = tmp_path / name.lstrip("/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path

    return make
