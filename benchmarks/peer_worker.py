"""Time another library's call in its own environment; ``frame.py`` starts this.

    PEER_PYTHON peer_worker.py KIND MODEL FRAME.npy

KIND is mediapipe, ultralytics, mediapipe-face-mesh or mediapipe-face-mesh-static, whose
models their wheel carries.

Prints ``ready``, then for each number on standard input runs so many calls and prints
the milliseconds of each on one line of JSON. It imports nothing of EdgeVision.
"""

import json
import os
import sys
import time

import numpy as np


def mediapipe(path, frame):
    import mediapipe as mp
    from mediapipe.tasks.python import BaseOptions, vision

    options = vision.ObjectDetectorOptions(
        base_options=BaseOptions(model_asset_path=path), score_threshold=0.25
    )
    detector = vision.ObjectDetector.create_from_options(options)
    rgb = np.ascontiguousarray(frame[:, :, ::-1])

    def call():
        # A camera gives BGR: turning it is part of the call, as it is of ours.
        import cv2

        cv2.cvtColor(frame, cv2.COLOR_BGR2RGB, dst=rgb)
        image = mp.Image(image_format=mp.ImageFormat.SRGB, data=rgb)
        return detector.detect(image)

    return call


def ultralytics(path, frame):
    from ultralytics import YOLO

    model = YOLO(path, task="detect")
    size = 416 if "416" in os.path.basename(path) else 640

    def call():
        return model.predict(frame, imgsz=size, conf=0.25, iou=0.7, verbose=False)

    return call


def mediapipe_face_mesh(path, frame, *, static=False):
    import cv2
    import mediapipe as mp

    net = mp.solutions.face_mesh.FaceMesh(static_image_mode=static, max_num_faces=1)
    rgb = np.ascontiguousarray(frame[:, :, ::-1])

    def call():
        cv2.cvtColor(frame, cv2.COLOR_BGR2RGB, dst=rgb)
        return net.process(rgb)

    return call


KINDS = {
    "mediapipe": mediapipe,
    "ultralytics": ultralytics,
    "mediapipe-face-mesh": mediapipe_face_mesh,
    "mediapipe-face-mesh-static": lambda path, frame: mediapipe_face_mesh(
        path, frame, static=True
    ),
}


def main():
    # One thread for each library: theirs are set here, before anything is imported.
    kind, path, frame = sys.argv[1:4]
    picture = np.load(frame)
    call = KINDS[kind](path, picture)
    call()
    print("ready", flush=True)
    for line in sys.stdin:
        times = []
        for _ in range(int(line)):
            start = time.perf_counter_ns()
            call()
            times.append((time.perf_counter_ns() - start) / 1e6)
        print(json.dumps(times), flush=True)


if __name__ == "__main__":
    main()
