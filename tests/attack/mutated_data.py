"""Files of others beside a model, damaged: ``mutated_data.py --count 2000``.

Label files, TFLite Metadata, COCO, VOC and YOLO boxes, tables of true values, records
of benchmarks and device profiles are changed by seed. Each reader may refuse them in a
sentence of its own; any other exception is a fault.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import cv2  # noqa: E402
import numpy as np  # noqa: E402
from attack.base_cards import base_cards  # noqa: E402
from attack.hostile import damage, mutate, paths  # noqa: E402
from attack.in_process import report, show_progress  # noqa: E402
from edgevision.converters.datasets import (  # noqa: E402
    label_table,
    open_images,
    value_table,
)
from edgevision.converters.datasets.annotations import read_boxes  # noqa: E402
from edgevision.devices import profile  # noqa: E402
from edgevision.runtime.benchmark import read_record, record_to_json  # noqa: E402
from edgevision.runtime.labels import read_labels, split_labels  # noqa: E402
from edgevision.runtime.opening import OpenOptions, resolve  # noqa: E402
from edgevision.runtime.tflite import ModelFile  # noqa: E402
from support.latency import record, result  # noqa: E402

from edgevision.errors import EdgeVisionError  # noqa: E402

_LONGEST: Final = 2000
_PICTURES: Final = 4
_COCO: Final = {
    "images": [
        {"id": i, "file_name": f"images/{i}.png", "width": 32, "height": 24}
        for i in range(_PICTURES)
    ],
    "categories": [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}],
    "annotations": [
        {"id": i, "image_id": i, "category_id": 1, "bbox": [1, 1, 9, 9], "iscrowd": 0}
        for i in range(_PICTURES)
    ],
}
_VOC: Final = (
    "<annotation><filename>0.png</filename><size><width>32</width><height>24</height>"
    "<depth>3</depth></size><object><name>a</name><difficult>0</difficult><bndbox>"
    "<xmin>1</xmin><ymin>1</ymin><xmax>20</xmax><ymax>20</ymax></bndbox></object>"
    "</annotation>"
)
_YAML: Final = "path: .\ntrain: images\nnc: 2\nnames:\n  0: a\n  1: b\n"
_WORDS: Final = (
    *("inf", "nan", "-1", "1e308", "1e999", "9" * 5000, "a" * 5000, "../../etc/passwd"),
    *(
        "\x00",
        "\x1b]0;t\x07",
        "\u202e",
        "&lol;",
        "<",
        ">",
        "'",
        '"',
        "]]>",
        "-",
        "\r\n",
    ),
    *(
        "a > b > a",
        "a >",
        "|",
        ";",
        "0x10",
        "1_0",
        "१",
        "!!python/name:os.system",
    ),
)


def texts(text: str, draw: random.Random) -> bytes:
    """Return a text of lines and words in which some are changed, gone or doubled."""
    parts = list(text)
    for _ in range(draw.randint(1, 3)):
        at = draw.randrange(len(parts))
        end = at + draw.choice((0, 1, 1, 2, 5, 20))
        parts[at:end] = draw.choice((*_WORDS, "".join(parts[at:end]) * 3, "", ""))
        if not parts:
            return b""
    data = "".join(parts).encode("utf-8")
    return damage(data, draw)[1] if draw.random() < 0.2 and data else data


def attacks(
    folder: Path, draw: random.Random
) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Yield what is damaged, and the call that reads it, without an end."""
    pictures = folder / "images"
    pictures.mkdir()
    for number in range(_PICTURES):
        pixels = np.full((24, 32, 3), 60 * number, np.uint8)
        (pictures / f"{number}.png").write_bytes(cv2.imencode(".png", pixels)[1])
    coco = folder / "annotations.json"
    label_dir = folder / "labels"
    label_dir.mkdir()
    base = base_cards()[0]
    graph = base.with_card(json.dumps(base.card).encode())
    metadata = graph.find(b"M001") - 4
    measured = json.loads(json.dumps(record_to_json(record(result()))))
    places = list(paths(measured))
    board_text = (ROOT / "devices" / "profiles" / "pi5.toml").read_text("utf-8")
    while True:
        data = mutate(_COCO, draw.sample(list(paths(_COCO)), 1), draw)[1]
        coco.write_bytes(data if draw.random() < 0.9 else damage(data, draw)[1])
        yield "COCO", partial(read_boxes, coco)
        coco.unlink()
        for number in range(_PICTURES):
            (label_dir / f"{number}.txt").write_bytes(
                texts("0 0.5 0.5 0.2 0.2\n1 0.1 0.1 0.1 0.1\n", draw)
            )
        yield "YOLO", partial(read_boxes, folder, layout="yolo")
        yaml = folder / "data.yaml"
        yaml.write_bytes(texts(_YAML, draw))
        yield "YAML", partial(read_boxes, yaml)
        yield "YAML labels", partial(read_labels, yaml)
        yaml.unlink()
        for path in label_dir.iterdir():
            path.unlink()
        xml = pictures / "0.xml"
        xml.write_bytes(texts(_VOC, draw))
        yield "VOC", partial(read_boxes, folder, layout="voc")
        xml.unlink()
        for suffix, text in (
            (".txt", "a\nb > c\n0 d\n"),
            (".json", '{"0": ["n01", "a"], "1": ["n02", "b"]}'),
            (".pbtxt", 'item { name: "a" id: 1 display_name: "x" }\n'),
        ):
            path = folder / f"names{suffix}"
            path.write_bytes(texts(text, draw))
            yield "labels", partial(_labels, path)
        names = folder / "names.json"
        names.write_bytes(mutate({"labels": ["a", "b"]}, [("labels",)], draw)[1])
        yield "JSON labels", partial(read_labels, names)
        images = open_images(pictures)
        values = pictures / "values.csv"
        values.write_bytes(texts("file,angle\n0.png,1.5\n1.png,-2\n", draw))
        yield "values.csv", partial(value_table, images)
        values.unlink()
        marks = pictures / "labels.csv"
        marks.write_bytes(texts("file,a,b\n0.png,1,0\n1.png,0,1\n", draw))
        yield "labels.csv", partial(label_table, images, ("a", "b"))
        marks.unlink()
        listed = folder / "list.txt"
        listed.write_bytes(texts("images/0.png\nimages/1.png\n", draw))
        yield "a list of pictures", partial(open_images, listed)
        old = folder / "record.json"
        old.write_bytes(mutate(measured, [draw.choice(places)], draw)[1])
        yield "a record", partial(read_record, old)
        board = folder / "board.toml"
        board.write_bytes(texts(board_text, draw))
        yield "a profile", partial(profile.read, board)
        damaged = bytearray(graph)
        for _ in range(draw.randint(1, 6)):
            damaged[metadata + draw.randrange(400)] = draw.randrange(256)
        model = folder / "net.tflite"
        model.write_bytes(damaged)
        yield "TFLite Metadata", partial(_metadata, model)


def _labels(path: Path) -> Any:
    return split_labels(read_labels(path), name=path.name)


def _metadata(path: Path) -> Any:
    return resolve(ModelFile.open(path), OpenOptions(task="raw"))


def attack(folder: Path, count: int, seed: int) -> tuple[int, list[str]]:
    """Read damaged files.

    Args:
        folder: An empty one.
        count: How many.
        seed: Chooses the damages.

    Returns:
        How many were read, and a line for each that was not refused in a sentence.
    """
    fallen: list[str] = []
    made = attacks(folder, random.Random(seed))
    for number in range(count):
        what, read = next(made)
        try:
            read()
        except (EdgeVisionError, ValueError) as error:
            words = str(error)
            # Wrong data is an error of ours; a ValueError is a wrong call.
            if type(error).__module__ != "edgevision.errors":
                fallen.append(f"{what}: {type(error).__name__}: {words[:200]}")
            elif len(words) > _LONGEST:
                fallen.append(f"{what}: a sentence of {len(words)} characters")
        except Exception as error:
            last = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{last.filename.rpartition('/')[2]}:{last.lineno}"
            fallen.append(f"{what}: {type(error).__name__}: {error} ({where})"[:400])
        show_progress(number + 1, count)
    return count, fallen


def main(words: list[str] | None = None) -> int:
    """Read every damaged file, and print one row of a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as name:
        tried, fallen = attack(Path(name), arguments.count, arguments.seed)
    return report("damaged files of data", tried, fallen)


if __name__ == "__main__":
    sys.exit(main())
