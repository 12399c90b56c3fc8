"""Pictures, arrays, names and annotations that lie about their size or their text."""

from __future__ import annotations

import json
import struct
import zlib
from pathlib import Path

import numpy as np
from ground import Ground, Tally
from models import picture

_MOST_MB = 300


def bombs(ground: Ground, tally: Tally) -> str:
    """Run on small files that claim to be huge pictures."""
    files = {
        "30000.png": _png(30_000, 30_000),
        "16000.png": _png(16_000, 16_000),
        "claims.png": _png(16, 16, claim=(50_000, 50_000)),
        "claims.jpg": _jpeg(65_500, 65_500),
        "claims.bmp": _bmp(60_000, 60_000),
        "negative.bmp": _bmp(2**31 - 1, -(2**31) + 1),
        "claims.tif": _tiff(60_000, 60_000),
        "claims.gif": _gif(65_535, 65_535),
        "claims.webp": _webp(16_383, 16_383),
        "claims.ppm": b"P6\n60000 60000\n255\n" + bytes(64),
    }
    for name, data in files.items():
        (ground.folder / name).write_bytes(data)
    with (ground.folder / "sparse.jpg").open("wb") as sparse:
        sparse.write(b"\xff\xd8\xff\xe0\x00\x10")
        sparse.truncate(4 << 30)
    names = [*files, "sparse.jpg"]
    for name in names[:: ground.times(1, 2)]:
        done = ground.run("run", ground.classifier, "--source", name, "--quiet")
        tally.add(name, done.why_bad((0, 1), peak_mb=_MOST_MB, seconds=20))
    return f"a sentence below {_MOST_MB} MB"


def arrays(ground: Ground, tally: Tally) -> str:
    """Hand over small ``.npz`` files whose members unpack to gigabytes."""
    path = ground.folder / "bomb.npz"
    _npz(path, {"embeddings": (1_000_000, 2_000), "x": (100_000, 64, 64, 3)})
    options = ("--decoder", "embedding", "--gallery", path)
    done = ground.run(
        "run", ground.classifier, "--source", picture(ground.folder), *options
    )
    tally.add("gallery", done.why_bad((1, 2), peak_mb=_MOST_MB, seconds=20))
    model = ("convert", ground.folder / "none.keras", "-o", ground.folder / "o.tflite")
    (ground.folder / "none.keras").write_bytes(b"PK\x03\x04")
    for option in ("--calibration", "--verify")[: ground.times(2, 1)]:
        done = ground.run(*model, option, path)
        tally.add(option, done.why_bad((1, 2), peak_mb=2 * _MOST_MB, seconds=40))
    return "members are counted by their headers"


def annotations(ground: Ground, tally: Tally) -> str:
    """Train on annotations that are deep, many, or not numbers."""
    images = ground.folder / "images"
    images.mkdir()
    for number in range(8):
        picture(images, f"{number}.png")
    entries = [
        {"id": n, "file_name": f"{n}.png", "width": 64, "height": 64} for n in range(8)
    ]
    box = {"category_id": 1, "bbox": [1, 1, 10, 10], "area": 100, "iscrowd": 0}

    def coco(count: int, **change: object) -> str:
        boxes = [{"id": n, "image_id": n % 8, **box, **change} for n in range(count)]
        categories = [{"id": 1, "name": "a"}]
        whole = {"images": entries, "categories": categories, "annotations": boxes}
        return json.dumps(whole)

    sets = {
        "a million boxes": coco(ground.times(1_000_000, 100_000)),
        "boxes of text": coco(8, bbox="abcd"),
        "endless numbers": coco(8, bbox=[1, 1, 10, 1e308]).replace("1e+308", "1e999"),
        "deep": "[" * 100_000,
        "a name of 5,000": coco(8).replace("0.png", "x" * 5000 + ".png"),
    }
    for name, text in sets.items():
        place = ground.folder / name
        place.mkdir()
        (place / "images").symlink_to(images)
        (place / "annotations.json").write_text(text)
        done = _train(ground, place)
        tally.add(f"COCO {name}", done.why_bad(seconds=60))
    place = ground.folder / "voc"
    place.mkdir()
    (place / "JPEGImages").symlink_to(images)
    (place / "Annotations").mkdir()
    for number in range(8):
        text = "<annotation>" * 100_000
        (place / f"Annotations/{number}.xml").write_text(text)
    tally.add("VOC deep", _train(ground, place).why_bad((1, 2), seconds=40))
    return "--max-time 5 covers reading; what is no box is a sentence"


def _train(ground: Ground, data: Path):
    arguments = ("--task", "detection", "--epochs", "1", "--input-size", "64")
    return ground.run(
        *("train", data, "-o", ground.folder / "n.keras", "--force", *arguments),
        *("--max-time", "5s"),
        seconds=150,
    )


def _png(width: int, height: int, claim: tuple[int, int] | None = None) -> bytes:
    """Return a black PNG, small because all its rows are equal."""
    row = bytes(1 + 3 * width)
    packer = zlib.compressobj(9)
    rows = max(1, (1 << 20) // len(row))
    data = b"".join(
        packer.compress(row * min(rows, height - first))
        for first in range(0, height, rows)
    )
    header = struct.pack(">IIBBBBB", *(claim or (width, height)), 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", data + packer.flush()), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body))
        + kind
        + body
        + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


def _jpeg(width: int, height: int) -> bytes:
    """Return a JPEG whose header claims a size."""
    import cv2

    data = bytearray(cv2.imencode(".jpg", np.zeros((16, 16, 3), np.uint8))[1].tobytes())
    place = data.find(b"\xff\xc0")
    data[place + 5 : place + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def _bmp(width: int, height: int) -> bytes:
    head = struct.pack("<IHHIIiiHH", 70, 0, 0, 54, 40, width, height, 1, 24)
    return b"BM" + head + bytes(40)


def _tiff(width: int, height: int) -> bytes:
    fields = ((256, width), (257, height), (258, 8), (262, 1), (273, 8), (279, 100))
    body = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in fields)
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(fields)) + body + bytes(64)


def _gif(width: int, height: int) -> bytes:
    size = struct.pack("<HH", width, height)
    colors = b"\xf7\0\0" + bytes(768)
    return (
        b"GIF89a" + size + colors + b"\x2c\0\0\0\0" + size + b"\0\x08\xff" + bytes(300)
    )


def _webp(width: int, height: int) -> bytes:
    body = b"\x30\0\0\x9d\x01\x2a" + struct.pack("<HH", width, height) + bytes(40)
    chunk = b"VP8 " + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk


def _npz(path: Path, members: dict[str, tuple[int, ...]]) -> None:
    """Write arrays of zeros by their headers and packed rows, in little memory."""
    import io
    import zipfile

    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, shape in members.items():
            head = io.BytesIO()
            np.lib.format.write_array_header_1_0(
                head, {"descr": "<f4", "fortran_order": False, "shape": shape}
            )
            left = 4 * int(np.prod(shape))
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                member.write(head.getvalue())
                # The header alone claims the rest: writing gigabytes takes minutes.
                member.write(bytes(min(left, 400 << 20)))
