"""Track with another library in its own environment; ``tracking.py`` starts this.

    PEER_PYTHON tracking_worker.py

For each line of JSON on standard input, ``{"tracker", "fps", "frames": [{"time_s",
"boxes", "scores"} ...]}``, it prints one with the ids of each frame's boxes (-1: none)
and the mean milliseconds of a frame. It imports nothing of EdgeVision.
"""

import json
import sys
import time

import numpy as np
import supervision
import trackers

KINDS = {
    "SORT": trackers.SORTTracker,
    "ByteTrack": trackers.ByteTrackTracker,
    "OC-SORT": trackers.OCSORTTracker,
}


def track(job):
    """Return the ids of all frames and the milliseconds of one."""
    # Their lifetimes are frames of 30 a second, scaled by the rate that they are told.
    tracker = KINDS[job["tracker"]](frame_rate=job["fps"])
    ids, spent = [], 0.0
    for frame in job["frames"]:
        boxes = np.asarray(frame["boxes"], np.float32).reshape(-1, 4)
        count = len(boxes)
        detections = supervision.Detections(
            xyxy=boxes,
            confidence=np.asarray(frame["scores"], np.float32),
            class_id=np.zeros(count, int),
            data={"place": np.arange(count)},
        )
        started = time.perf_counter()
        tracked = tracker.update(detections, timestamp=frame["time_s"])
        spent += time.perf_counter() - started
        numbers = np.full(count, -1)
        if len(tracked) and tracked.tracker_id is not None:
            numbers[tracked.data["place"]] = tracked.tracker_id
        ids.append(numbers.tolist())
    return {"ids": ids, "ms": spent * 1e3 / max(len(ids), 1)}


def main():
    """Answer each line until the input ends."""
    for line in sys.stdin:
        print(json.dumps(track(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
