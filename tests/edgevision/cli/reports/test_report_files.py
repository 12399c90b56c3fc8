"""The files of ``--report``."""

from __future__ import annotations

import json

import pytest

from edgevision.cli.reports import write_reports
from edgevision.errors import OutputExistsError


def test_every_suffix_gets_what_is_made_for_it(tmp_path, capsys):
    paths = tuple(tmp_path / f"a.{kind}" for kind in ("json", "html"))
    makers = {".json": lambda: {"n": 1}, ".html": lambda: "<p>", ".csv": "never called"}
    write_reports(paths, makers, force=False)
    assert json.loads(paths[0].read_text()) == {"n": 1}
    assert paths[1].read_text() == "<p>"
    assert capsys.readouterr().err == "".join(f"Wrote {path}\n" for path in paths)
    with pytest.raises(OutputExistsError):
        write_reports(paths, makers, force=False)
    write_reports(paths, {**makers, ".html": lambda: "<b>"}, force=True)
    assert paths[1].read_text() == "<b>"
