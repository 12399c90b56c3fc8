"""The process that shows a window, apart from the run because a GUI may crash.

Qt aborts its process without a usable display, and Xlib ends it when the display goes
away; ``window.py`` starts this module as a child, so that neither reaches a run.
Standard input holds pictures: width and height as two little-endian 32-bit numbers,
then the pixels, uint8 BGR. Standard output gets one word per line: ``ready``,
``no-gui``, ``key`` (q or Esc was pressed) or ``closed`` (the window was).
"""

from __future__ import annotations

import os
import select
import signal
import struct
import sys
from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from ...frame import Image

HEAD: Final = struct.Struct("<II")
_KEYS: Final = (27, ord("q"), ord("Q"))
_TURN_MS: Final = 10
_LONGEST_SIDE: Final = 16384


def main(arguments: Sequence[str]) -> None:
    """Show pictures until the input ends; the first argument is the title."""
    # What ends a whole group of processes is for the run, which then ends the input.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    title = arguments[0]
    try:
        cv2.namedWindow(title, cv2.WINDOW_NORMAL | cv2.WINDOW_KEEPRATIO | _plain())
    except cv2.error:
        _say("no-gui")
        return
    cv2.waitKey(1)
    _say("ready")
    _show_all(title)
    cv2.destroyAllWindows()


def _show_all(title: str) -> None:
    shown = False
    while True:
        ready, _, _ = select.select([0], [], [], 0)
        if ready:
            image = _next_picture()
            if image is None:
                return
            if not shown:
                cv2.resizeWindow(title, image.shape[1], image.shape[0])
            cv2.imshow(title, image)
            shown = True
        if (cv2.waitKey(_TURN_MS) & 0xFF) in _KEYS:
            _say("key")
            return
        if shown and _is_closed(title):
            _say("closed")
            return


def _is_closed(title: str) -> bool:
    try:
        return cv2.getWindowProperty(title, cv2.WND_PROP_VISIBLE) < 1
    except cv2.error:
        return True


def _plain() -> int:
    """Return the flag for a window without a tool bar, where OpenCV has it."""
    return int(getattr(cv2, "WINDOW_GUI_NORMAL", 0))


def _next_picture() -> Image | None:
    head = _read(HEAD.size)
    if head is None:
        return None
    width, height = HEAD.unpack(head)
    if not (0 < width <= _LONGEST_SIDE and 0 < height <= _LONGEST_SIDE):
        return None
    pixels = _read(width * height * 3)
    if pixels is None:
        return None
    return np.frombuffer(pixels, np.uint8).reshape(height, width, 3)


def _read(count: int) -> bytearray | None:
    """Read ``count`` bytes; None means that the input ended before."""
    data = bytearray(count)
    view = memoryview(data)
    while view:
        got = os.readv(0, [view])
        if not got:
            return None
        view = view[got:]
    return data


def _say(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()
