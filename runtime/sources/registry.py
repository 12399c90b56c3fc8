"""The table of the sources that come with EdgeVision."""

from __future__ import annotations

from typing import Final

SOURCES: Final[dict[str, str]] = {
    "auto": "edgevision.runtime.sources.auto:AutoSource",
    "csi": "edgevision.runtime.sources.csi.csi_source:CsiSource",
    "gst": "edgevision.runtime.sources.gstreamer:GstreamerSource",
    "images": "edgevision.runtime.sources.images:ImageSource",
    "network": "edgevision.runtime.sources.network.network_source:NetworkSource",
    "pipe": "edgevision.runtime.sources.pipe.pipe_source:PipeSource",
    "synthetic": "edgevision.runtime.sources.synthetic:SyntheticSource",
    "v4l2": "edgevision.runtime.sources.v4l2:V4l2Source",
    "video": "edgevision.runtime.sources.video.video_source:VideoSource",
}
"""Kind -> ``"module:class"`` of a :class:`~edgevision.runtime.sources.base.Source`."""
