"""Lists of choices belong to --search, and a budget belongs to it too."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from edgevision.cli.main import cli


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--width", "0.5,1"], "--width takes one value, got 2; several are for"),
        (["--arch", "cnn,cnn-deep"], "--arch takes one value, got 2"),
        (["--input-size", "32,64x48"], "--input-size takes one value, got 2"),
        (["--max-ms", "5"], "--max-ms is for --search"),
        (["--search"], "--search needs --max-ms"),
        (["--search", "--max-ms", "0"], "0.0 is not in the range x>0"),
        (["--search", "--max-ms", "5", "--width", "0"], "widths must be above 0"),
        (["--search", "--max-ms", "5", "--width", "wide"], "'wide' is not a valid"),
        (["--search", "--max-ms", "5", "--preview", "a.png"], "leave --search out"),
        (["--search", "--max-ms", "5", "--arch", "cnn,cnm"], "No classification net"),
    ],
)
def test_what_does_not_go_together_is_refused(tmp_path, words, sentence):
    for name in ("a", "b"):
        (tmp_path / "data" / name).mkdir(parents=True)
        (tmp_path / "data" / name / "1.png").write_bytes(b"")
    output = tmp_path / "net.keras"
    found = CliRunner().invoke(
        cli, ["train", str(tmp_path / "data"), "-o", str(output), *words]
    )
    assert found.exit_code == 2
    assert sentence in found.stderr
    assert not output.exists()


def test_a_search_goes_on_only_where_one_was_interrupted(tmp_path):
    for name in ("a", "b"):
        (tmp_path / "data" / name).mkdir(parents=True)
        (tmp_path / "data" / name / "1.png").write_bytes(b"")
    words = ["train", str(tmp_path / "data"), "-o", str(tmp_path / "net.keras")]
    found = CliRunner().invoke(cli, [*words, "--search", "--max-ms", "5", "--resume"])
    assert found.exit_code == 1
    assert "There is nothing to go on with" in found.stderr
