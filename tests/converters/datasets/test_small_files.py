"""Files of four megabytes: every reader ends soon, and within 250 MB of memory.

One child reads them all. The kernel holds its memory and its processor time; what it
prints is one line for each file.
"""

from __future__ import annotations

import json
import subprocess
import sys

import cv2
import numpy as np
import pytest

SIZE = 4_000_000
LONG = "a" * (SIZE - 500)
CODE = """
import gc, resource, sys
from edgevision.converters.datasets import ImageSet, open_images
from edgevision.converters.datasets.annotations import read_boxes
from edgevision.converters.datasets.truth_table import label_table, value_table
from edgevision.errors import EdgeVisionError
from edgevision.runtime.gallery import Gallery
from edgevision.runtime.labels import read_labels
import xml.parsers.expat, csv, json
from pathlib import Path
def boxes(path): return read_boxes(path, skip_bad=True)
def values(path): return value_table(open_images(path.parent))
def marks(path): return label_table(open_images(path.parent), ["a", "b"])
size = int(open('/proc/self/statm').read().split()[0]) * 4096 + 250_000_000
resource.setrlimit(resource.RLIMIT_AS, (size, size))
resource.setrlimit(resource.RLIMIT_CPU, (120, 121))
for line in sys.stdin.read().splitlines():
    reader, path = line.split(" ", 1)
    try: words = str(eval(reader)(Path(path)))[:40]
    except EdgeVisionError as error: words = str(error)
    except MemoryError: words = "MEMORY"
    print(reader, Path(path).name, words.replace(chr(10), " ")[:200], flush=True)
    gc.collect()
"""
OBJECT = (
    "<object><name>a</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>9</xmax>"
    "<ymax>9</ymax></bndbox></object>"
)


def filled(text, begin="", end=""):
    return begin + text * ((SIZE - len(begin) - len(end)) // len(text)) + end


def files(root):
    """Write files, and yield the name of a reader and what it is to read."""
    image = cv2.imencode(".png", np.zeros((20, 20, 3), np.uint8))[1].tobytes()

    def put(reader, folder, name, text, whole=True):
        (root / folder).mkdir()
        (root / folder / "a.png").write_bytes(image)
        (root / folder / name).write_text(text)
        return reader, root / folder / name if whole else root / folder

    size = "<size><width>20</width><height>20</height></size>"
    numbers = " ".join(f'a{i}="1"' for i in range(300_000))
    names = "".join(f"<object><name>{i}</name></object>" for i in range(110_000))
    for name, text in {
        "nested": filled("<annotation>"),
        "attributes": f"<annotation {numbers}/>",
        "objects": filled("<object/>", "<annotation>" + size, "</annotation>"),
        "boxes": filled(OBJECT, "<annotation>" + size, "</annotation>"),
        "names": f"<annotation>{size}{names}</annotation>",
        "sizes": filled("<a/>", "<annotation><size>", "</size></annotation>"),
        "text": filled("&#10;", "<annotation><filename>", "</filename></annotation>"),
    }.items():
        yield put("boxes", f"voc {name}", "a.xml", text, whole=False)
    for name, text in {
        "short": filled("0\n"),
        "one line": filled("0 "),
        "boxes": filled("0 .5 .5 .2 .2\n"),
        "digits": "0 " + "9" * (SIZE - 2),
    }.items():
        yield put("boxes", f"yolo {name}", "a.txt", "0 .5 .5 .2 .2\n" + text, False)
    picture = {"id": 1, "file_name": "a.png", "width": 20, "height": 20}
    box = {"image_id": 1, "category_id": 1, "bbox": [1, 1, 9, 9]}
    box_text = json.dumps(box, separators=(",", ":"))
    data = {"images": [picture], "categories": [{"id": 1}], "annotations": [0]}
    begin, end = json.dumps(data).split("[0]")
    for name, text in {
        "boxes": filled(box_text + ",", begin + "[", "{}]" + end),
        "empty": filled("{},", begin + "[", "{}]" + end),
        "small": filled('{"a":0},', begin + "[", "{}]" + end),
        "nested": filled("["),
        "long name": json.dumps({**data, "images": [{**picture, "file_name": LONG}]}),
    }.items():
        yield put("boxes", f"coco {name}", "a.json", text)
    for name, text in {
        "rows": filled("a.png,1\n", "file,x\n"),
        "short rows": filled("a,\n", "a,b\n"),
        "columns": filled(",1", "a.png"),
        "quoted": filled("a", 'file,x\na.png,"'),
    }.items():
        yield put("values", f"values {name}", "values.csv", text)
        yield put("marks", f"marks {name}", "labels.csv", text)
    yield put("marks", "marks words", "labels.csv", filled("a b ", "file,l\na.png,"))
    for name, text in {
        "a.txt": filled("x\n"),
        "blank.txt": filled("\n", end="x"),
        "a.json": filled("[],", "[", "[]]"),
        "b.json": filled('{"a":0},', "[", "{}]"),
        "a.yaml": filled("a,", "names: [", "]"),
        "b.yaml": filled("- a\n", "names:\n"),
        "spaces.yaml": filled(" ", "names: [", "]"),
        "quotes.yaml": filled("'a,\"b,", "names: [", "]"),
        "a.pbtxt": filled("item{id:1 name:'a'}"),
        "b.pbtxt": filled("{"),
    }.items():
        yield put("read_labels", f"labels {name}", name, text)
    yield put("open_images", "list", "a.txt", filled("a\n"))
    count = 3_900_000
    np.savez_compressed(root / "one.npz", images=np.zeros((count, 1, 1), np.uint8))
    yield "open_images", root / "one.npz"
    np.savez_compressed(
        root / "y.npz", images=np.zeros((9, 2, 2)), y=np.zeros(25 * 10**6)
    )
    yield "open_images", root / "y.npz"
    texts = np.full(1_200_000, "a")
    zeros = np.zeros((1_200_000, 1), np.float16)
    rest = {"schema": 1, "threshold": 0.5, "model": ""}
    np.savez_compressed(root / "g.npz", embeddings=zeros, labels=texts, **rest)
    yield "Gallery.load", root / "g.npz"


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel holds the limits")
def test_small_files_take_little_memory_and_time(tmp_path):
    every = list(files(tmp_path))
    lines = "".join(f"{reader} {path}\n" for reader, path in every)
    child = subprocess.run(
        [sys.executable, "-c", CODE],
        input=lines,
        capture_output=True,
        text=True,
        check=False,
    )
    done = child.stdout.splitlines()
    assert len(done) == len(every), (child.stdout[-2000:], child.stderr[-2000:])
    assert not [line for line in done if line.endswith("MEMORY")]
