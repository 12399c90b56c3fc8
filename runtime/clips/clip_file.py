"""The files of one clip while it grows: a video, and then its pictures and its JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from ...errors import SinkError
from ...files import sync_folder, utf8, write_pieces
from ..frame import Image
from ..sinks.video import (
    PacketWriter,
    PieceFile,
    VideoWriter,
    new_writer,
    writes_h264,
)
from .best_picture import BestShot
from .clip_record import ClipRecord
from .ring import RingPacket, RingPicture, encoded

RUNNING: Final = ".running"
"""Stands in the hidden name of what belongs to a clip that grows."""
_QUALITY: Final = 90
# Of a moving scene a third larger than veryfast and as good, in 0.4 of its time.
_PRESET: Final = "ultrafast"
_USUAL_FPS: Final = 10.0


def clip_suffix() -> str:
    """Return the end of a clip's name: ``.mp4`` (H.264), or ``.mkv`` without PyAV."""
    return ".mp4" if writes_h264(Path("clip.mp4")) else ".mkv"


def hidden_name(stem: str, suffix: str) -> str:
    """Return the name of a file of a clip that grows."""
    return f".{stem}{RUNNING}{suffix}"


def stem_of_hidden(name: str) -> str:
    """Return the name of the clip that a hidden file belongs to; empty: to none."""
    body, mark, suffix = name.rpartition(RUNNING)
    if not mark or suffix not in (".mp4", ".mkv", ".json"):
        return ""
    return body[1:] if body.startswith(".") else ""


class ClipFile:
    """Writes the files of one clip; used from one thread.

    While the clip grows they are hidden: ``.NAME.running.mp4``, and a record from which
    the next start finishes it if the process dies. They get their names when the clip
    is whole, the JSON as the last one.

    Args:
        folder: Where they go.
        stem: Their name without its end.
        record: What is known about the clip; filled in here.
        fps: Pictures per second; 0 means that it is not known.
        on_note: Called with a sentence when something cannot be written.
    """

    def __init__(
        self,
        folder: Path,
        stem: str,
        record: ClipRecord,
        *,
        fps: float,
        on_note: Callable[[str], None],
    ) -> None:
        self.stem = stem
        self.record = record
        self._folder = folder
        self._fps = fps or _USUAL_FPS
        self._on_note = on_note
        self._suffix = clip_suffix()
        self._file: PieceFile | None = None
        self._writer: VideoWriter | None = None
        self._copier: PacketWriter | None = None
        self._is_whole = False

    @property
    def has_failed(self) -> bool:
        """Return whether the video could not be written."""
        return bool(self.record.error)

    def begin(self) -> None:
        """Write down that the clip grows, for the next start if the process dies."""
        try:
            self._write_record(self._hidden(".json"))
        except OSError as error:
            self._fail(f"Cannot write into {self._folder}: {error.strerror}.")

    def add(self, picture: RingPicture, image: Image) -> None:
        """Append a picture, unless the video has failed.

        Args:
            picture: Its times.
            image: uint8 (H, W, 3), BGR.
        """
        if self.record.pictures and picture.time_s <= self.record.last_s:
            return  # of several with one time the first is shown

        def write(at_s: float) -> None:
            if self._writer is None:
                height, width = image.shape[:2]
                size = width - width % 2 or width, height - height % 2 or height
                file = self._open()
                self._writer = new_writer(
                    file, fps=self._fps, size=size, preset=_PRESET
                )
                self.record.size = size
            self._writer.add(self._fit(image), at_s)

        self._add(picture, write)

    def add_packet(self, packet: RingPacket) -> None:
        """Append a packet of a camera's own video, unless the video has failed."""

        def write(at_s: float) -> None:
            if self._copier is None:
                self._copier = PacketWriter(self._open(), packet.headers + packet.data)
                self.record.size = self._copier.size
            self._copier.add(packet.data, at_s, is_key=packet.is_key)

        self._add(packet, write)

    def _add(
        self, piece: RingPicture | RingPacket, write: Callable[[float], None]
    ) -> None:
        record = self.record
        if self.has_failed or self._is_whole:
            return
        first_s = piece.time_s if record.first_s is None else record.first_s
        try:
            write(piece.time_s - first_s)
        except SinkError as error:
            self._fail(str(error))
            return
        if record.pictures:
            record.left_out += piece.left_out
        record.add(piece.time_s, piece.wall_s)
        if record.pictures == 1:
            self.begin()  # now its times and its size are known

    def finish(self, best: BestShot | None) -> None:
        """Finish the video, and give all files their names.

        Args:
            best: The picture for the snapshot; None means that there is none.
        """
        record = self.record
        if self._is_whole:
            return
        self._is_whole = True
        self._close_video()
        try:
            hidden = self._hidden(self._suffix)
            if record.pictures and hidden.exists():
                hidden.replace(self._named(self._suffix))
                record.files["clip"] = self.stem + self._suffix
            else:
                hidden.unlink(missing_ok=True)
            if best is not None:
                self._write_snapshots(best)
            self._write_record(self._named(".json"))
            self._hidden(".json").unlink(missing_ok=True)
            sync_folder(self._folder)
        except OSError as error:
            self._on_note(
                f"Cannot finish the clip {self.stem}: {error.strerror}. The next start "
                "tries again."
            )

    def rewrite(self) -> None:
        """Write the JSON once more: the event has ended after its clip."""
        if not self._is_whole:
            return
        try:
            self._write_record(self._named(".json"))
        except OSError as error:
            self._on_note(f"Cannot write {self.stem}.json: {error.strerror}.")

    def _open(self) -> PieceFile:
        if self._file is None:
            self._file = PieceFile(self._hidden(self._suffix))
        return self._file

    def _fit(self, image: Image) -> Image:
        width, height = self.record.size
        rows, columns = image.shape[:2]
        if (columns, rows) == (width, height):
            return image
        if columns - width in (0, 1) and rows - height in (0, 1):
            return np.ascontiguousarray(image[:height, :width])
        return np.asarray(cv2.resize(image, (width, height)), np.uint8)

    def _close_video(self) -> None:
        for part in (self._writer, self._copier, self._file):
            try:
                if part is not None:
                    part.close()
            except SinkError as error:
                self._fail(str(error))

    def _fail(self, sentence: str) -> None:
        if not self.record.error:
            self.record.error = sentence
            self._on_note(f"The clip {self.stem} ends early. {sentence}")

    def _write_snapshots(self, best: BestShot) -> None:
        data = np.frombuffer(best.jpeg, np.uint8)
        decoded = cv2.imdecode(data, cv2.IMREAD_COLOR)
        if decoded is None:
            return  # a camera's own file, which is damaged
        image = np.asarray(decoded, np.uint8)
        pictures = {"snapshot": image}
        if best.sighting.box is not None:
            pictures["snapshot_box"] = with_box(image, best)
        for kind, picture in pictures.items():
            end = ".jpg" if kind == "snapshot" else "-box.jpg"
            write_pieces(self._named(end), [encoded(picture, _QUALITY)])
            self.record.files[kind] = self.stem + end
        self.record.snapshot = best.to_dict()

    def _write_record(self, path: Path) -> None:
        text = json.dumps(self.record.to_dict(), indent=1, ensure_ascii=False)
        write_pieces(path, [utf8(text + "\n")])

    def _hidden(self, suffix: str) -> Path:
        return self._folder / hidden_name(self.stem, suffix)

    def _named(self, end: str) -> Path:
        return self._folder / (self.stem + end)


def with_box(image: Image, best: BestShot) -> Image:
    """Return a copy of a picture with the box of what it shows."""
    from ..drawing import draw
    from ..results import Detections

    sighting = best.sighting
    score = 1.0 if sighting.score is None else sighting.score
    result = Detections(
        boxes=np.array([sighting.box], np.float32),
        scores=np.array([score], np.float32),
        class_ids=np.array([sighting.class_id], np.int64),
        labels=(sighting.label,),
    )
    return draw(image, result)
