"""The tables of an app's file that rooms of ``runtime`` read, each by its class."""

from __future__ import annotations

from typing import Final

CLIPS: Final = "edgevision.runtime.clips:ClipSettings"
REDACTION: Final = "edgevision.runtime.redaction:RedactionSettings"
WATCH: Final = "edgevision.runtime.camera_watch:WatchSettings"
