"""HEIC and GIF, against what wrote them, with the packages at hand and without."""

from __future__ import annotations

import importlib.util

import cv2
import numpy as np
import pytest
from edgevision.runtime.image import other_decoders, read_image
from edgevision.runtime.image.other_decoders import is_heic
from edgevision.runtime.sources.open import open_source

from edgevision.errors import SourceError


def _smooth(height: int = 40, width: int = 56) -> np.ndarray:
    """Return a picture that every coder keeps nearly as it is, BGR."""
    ys, xs = np.mgrid[0:height, 0:width]
    blue, green = xs * 255 // width, ys * 255 // height
    return np.dstack([blue, green, 255 - blue]).astype(np.uint8)


@pytest.fixture
def heif():
    return pytest.importorskip("pillow_heif")


def _heic(heif, image: np.ndarray, **settings) -> bytes:
    import io

    from PIL import Image

    heif.register_heif_opener()
    stream = io.BytesIO()
    rgb = Image.fromarray(image[:, :, ::-1].copy())
    rgb.save(stream, format="HEIF", quality=95, **settings)
    return stream.getvalue()


@pytest.mark.parametrize("size", [(40, 56), (37, 53)])
@pytest.mark.parametrize("name", ["phone.HEIC", "renamed.jpg"])
def test_a_heic_file_is_read_whatever_its_name(heif, tmp_path, size, name):
    path = tmp_path / name
    path.write_bytes(_heic(heif, _smooth(*size)))
    image = read_image(path)
    assert image.shape == (*size, 3)
    assert np.abs(image.astype(int) - _smooth(*size)).mean() < 4


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_heic_file_is_upright(heif, tmp_path, orientation):
    """The tags: 3 upside down, 6 to be turned clockwise, 8 counter-clockwise."""
    from PIL import Image

    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / "turned.heic"
    path.write_bytes(_heic(heif, _smooth(), exif=exif.tobytes()))
    upright = np.rot90(_smooth(), {1: 0, 3: 2, 6: -1, 8: 1}[orientation])
    image = read_image(path)
    assert image.shape == upright.shape
    assert np.abs(image.astype(int) - upright).mean() < 4


def test_of_a_photo_in_tiles_all_are_read(heif, tmp_path):
    """Phones write tiles of 512 pixels; OpenCV's FFmpeg returns one of them."""
    path = tmp_path / "tiles.heic"
    path.write_bytes(_heic(heif, _smooth(200, 300), tile_size=64))
    (frame,) = open_source(str(path))
    assert frame.image.shape == (200, 300, 3)
    assert np.abs(frame.image.astype(int) - _smooth(200, 300)).mean() < 4


def test_a_damaged_heic_file_is_named(heif, tmp_path):
    path = tmp_path / "half.heic"
    path.write_bytes(_heic(heif, _smooth())[:600])
    with pytest.raises(SourceError, match=r"half\.heic .* the HEIC file is damaged"):
        read_image(path)


def test_a_size_that_lies_costs_no_memory(heif, tmp_path):
    """The coded picture is larger than its file states."""
    data = bytearray(_heic(heif, np.full((2000, 3000, 3), 90, np.uint8), tile_size=0))
    place = data.find(b"ispe")
    data[place + 8 : place + 16] = (64).to_bytes(4, "big") * 2
    path = tmp_path / "lie.heic"
    path.write_bytes(data)
    with pytest.raises(SourceError, match=r"lie\.heic .* \(.*[^ \n]\)\.$"):
        read_image(path)


def test_heic_named_alone_and_in_a_folder_is_one_picture(heif, tmp_path):
    path = tmp_path / "1.heic"
    path.write_bytes(_heic(heif, _smooth()))
    (alone,) = open_source(str(path))
    (in_folder,) = open_source(str(tmp_path))
    np.testing.assert_array_equal(alone.image, in_folder.image)
    assert alone.source == in_folder.source == str(path)


def test_without_its_package_heic_is_counted_and_the_sentence_names_it(
    tmp_path, monkeypatch
):
    find = importlib.util.find_spec
    monkeypatch.setattr(
        other_decoders.importlib.util,
        "find_spec",
        lambda name: None if name == "pillow_heif" else find(name),
    )
    (tmp_path / "1.heic").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(99))
    cv2.imwrite(str(tmp_path / "2.png"), _smooth())
    source = open_source(str(tmp_path))
    notes: list[str] = []
    source.status.on_note = notes.append
    assert [frame.index for frame in source] == [1]
    assert source.status.unreadable == 1
    assert "HEIC file, which needs pillow-heif" in notes[0]
    assert "pip install pillow-heif" in notes[0]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", True),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heix", True),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf", False),
        (b"\0\0\0\x18ftypavif\0\0\0\0mif1miaf", False),
        (b"\0\0\0\x18ftypisom\0\0\0\0iso2avc1", False),
        (b"\xff\xd8\xff\xe0", False),
        (b"", False),
        (b"\0\0\0\x00ftyp", False),
    ],
)
def test_a_heic_file_is_known_by_its_brands(head, expected):
    assert is_heic(head) is expected


# Two frames of 2x2: the first red, the second blue (GIF89a, by hand).
GIF = (
    b"GIF89a\x02\0\x02\0\x91\0\0\xff\0\0\0\0\xff\0\xff\0\xff\xff\xff"
    b"!\xf9\x04\0\x0a\0\0\0,\0\0\0\0\x02\0\x02\0\0\x02\x02\x84\x51\0"
    b"!\xf9\x04\0\x0a\0\0\0,\0\0\0\0\x02\0\x02\0\0\x02\x02\x8c\x53\0;"
)


def test_of_a_gif_in_a_folder_the_first_frame_is_taken(tmp_path):
    (tmp_path / "a.gif").write_bytes(GIF)
    (frame,) = open_source(str(tmp_path))
    assert frame.image.shape == (2, 2, 3)
    assert (frame.image == [0, 0, 255]).all()
    assert len(list(open_source(str(tmp_path / "a.gif")))) == 2
