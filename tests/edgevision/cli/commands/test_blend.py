"""``edgevision blend``: files in, one file out."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner

from edgevision.cli.main import cli


def blend(*arguments):
    return CliRunner().invoke(cli, ["blend", *map(str, arguments)])


@pytest.fixture
def files(tmp_path: Path, rng: np.random.Generator) -> dict[str, Path]:
    """Return the paths of pictures that fit each other, and of one that does not."""
    pictures = {
        "a": rng.integers(0, 256, (12, 16, 3), dtype=np.uint8),
        "b": rng.integers(0, 256, (12, 16, 3), dtype=np.uint8),
        "mask": rng.integers(0, 256, (12, 16), dtype=np.uint8),
        "large": rng.integers(0, 256, (24, 20, 3), dtype=np.uint8),
        "clear": rng.integers(0, 256, (12, 16, 4), dtype=np.uint8),
    }
    for name, picture in pictures.items():
        cv2.imwrite(str(tmp_path / f"{name}.png"), picture)
    return {name: tmp_path / f"{name}.png" for name in pictures}


def _read(path: Path) -> np.ndarray:
    return cv2.imread(str(path), cv2.IMREAD_UNCHANGED).astype(np.float64)


def test_two_pictures_become_their_weighted_mean(files, tmp_path):
    out = tmp_path / "out.png"
    done = blend(files["a"], files["b"], "--alpha", 0.25, "-o", out, "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["transparent"] is False
    expected = _read(files["a"]) * 0.75 + _read(files["b"]) * 0.25
    np.testing.assert_allclose(_read(out), expected, atol=0.51)
    assert "--force" in blend(files["a"], files["b"], "-o", out).stderr
    assert blend(files["a"], files["b"], "-o", out, "--force").exit_code == 0


def test_a_mask_says_where(files, tmp_path):
    out = tmp_path / "out.png"
    done = blend(
        files["a"], files["b"], "--alpha", 1, "--mask", files["mask"], "-o", out
    )
    assert done.exit_code == 0, done.output
    share = _read(files["mask"])[..., None] / 255
    expected = _read(files["a"]) * (1 - share) + _read(files["b"]) * share
    np.testing.assert_allclose(_read(out), expected, atol=0.51)


def test_sizes_that_differ_need_fit(files, tmp_path):
    out = tmp_path / "out.png"
    done = blend(files["a"], files["large"], "-o", out)
    assert done.exit_code == 2
    assert "B is 20x24 pixels, A is 16x12. Pass --fit" in " ".join(done.stderr.split())
    for fit in ("stretch", "contain", "cover"):
        done = blend(
            files["a"], files["large"], "--fit", fit, "-o", out, "--force",
            "--mask", files["large"],
        )  # fmt: skip
        assert done.exit_code == 0, done.output
        assert _read(out).shape == (12, 16, 3)
    # Beside what "contain" leaves free, A stays as it was.
    done = blend(
        files["a"], files["large"], "--fit", "contain", "-o", out, "--force"
    )  # fmt: skip
    np.testing.assert_array_equal(_read(out)[:, 0], _read(files["a"])[:, 0])


def test_transparency_counts_and_needs_a_format_that_holds_it(files, tmp_path):
    out = tmp_path / "out.png"
    assert blend(files["a"], files["clear"], "--alpha", 1, "-o", out).exit_code == 0
    clear = _read(files["clear"])
    share = clear[..., 3:] / 255
    expected = _read(files["a"]) * (1 - share) + clear[..., :3] * share
    np.testing.assert_allclose(_read(out), expected, atol=0.51)
    done = blend(files["clear"], files["b"], "-o", tmp_path / "out.jpg")
    assert done.exit_code == 2
    assert "transparency" in done.stderr
    assert blend(files["clear"], files["b"], "-o", out, "--force").exit_code == 0
    assert _read(out).shape == (12, 16, 4)


def test_photographs_are_turned_upright(files, tmp_path, rng):
    photo = rng.integers(0, 256, (16, 12, 3), dtype=np.uint8)
    data = cv2.imencode(".jpg", photo)[1].tobytes()
    body = b"Exif\0\0" + struct.pack(
        "<2sHIHHHIII", b"II", 42, 8, 1, 0x0112, 3, 1, 6, 0
    )  # 6: the camera was held upright
    segment = b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
    (tmp_path / "photo.jpg").write_bytes(data[:2] + segment + data[2:])
    out = tmp_path / "out.png"
    done = blend(files["a"], tmp_path / "photo.jpg", "-o", out)
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["absent.png", "absent.png", "-o", "x.png"], 1, "no such file"),
        (["a.png", "b.png", "-o", "x.doc"], 2, "must end in one of"),
        (["a.png", "b.png", "-o", "x.png", "--alpha", "2"], 2, "alpha"),
        (["a.png", "b.png"], 2, "--output"),
    ],
)
def test_what_is_wrong_is_a_sentence(arguments, code, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = blend(*arguments)
    assert done.exit_code == code
    assert words in done.stderr
