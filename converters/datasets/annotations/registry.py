"""Data sets of pictures with true boxes: YOLO texts, COCO JSON, Pascal VOC XML.

What lives here: one module per format, and what they give. What may not: pixels (boxes
are shares of the picture until it is read) and TensorFlow. Start reading at
``box_set.py``; a format is a module and a line below.
"""

from __future__ import annotations

from typing import Final

READERS: Final[dict[str, str]] = {
    "coco": "edgevision.converters.datasets.annotations.coco:read_coco",
    "voc": "edgevision.converters.datasets.annotations.voc:read_voc",
    "yolo": "edgevision.converters.datasets.annotations.yolo:read_yolo",
}
