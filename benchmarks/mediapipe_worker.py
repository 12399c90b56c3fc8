"""Ask MediaPipe's own solutions; ``mediapipe_agreement.py`` starts this.

    PEER_PYTHON mediapipe_worker.py

Prints one line of JSON with the folder of the package, whose files ours open too. Then
it reads a line of JSON from standard input for each request, ``{"solution": NAME,
"picture": PATH}``, and answers with one line: a list of what was found, each with
``score``, ``box`` (x1, y1, x2, y2, or null) and ``points`` ([x, y] each), in pixels of
the picture. It imports nothing of EdgeVision.
"""

import contextlib
import json
import os
import sys
import warnings

import cv2

# MediaPipe's libraries write notes on both streams; the answers have one of their own.
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
warnings.simplefilter("ignore")

import mediapipe as mp  # noqa: E402
from mediapipe.python.solution_base import SolutionBase  # noqa: E402


def plain_detection(detection, size):
    """Return a Detection of MediaPipe as plain numbers."""
    place = detection.location_data
    box = place.relative_bounding_box
    width, height = size
    return {
        "score": detection.score[0],
        "box": [
            box.xmin * width,
            box.ymin * height,
            (box.xmin + box.width) * width,
            (box.ymin + box.height) * height,
        ],
        "points": [[p.x * width, p.y * height] for p in place.relative_keypoints],
    }


def faces(selection):
    """Return the face detector: 0 is the short range, 1 the full range."""
    net = mp.solutions.face_detection.FaceDetection(
        model_selection=selection, min_detection_confidence=0.5
    )

    def ask(picture, size):
        detections = net.process(picture).detections or []
        return [plain_detection(detection, size) for detection in detections]

    return ask


def palms(complexity):
    """Return the first stage of Hands: 0 is the lite palm detector, 1 the full one."""
    net = SolutionBase(
        binary_graph_path="mediapipe/modules/hand_landmark/"
        "hand_landmark_tracking_cpu.binarypb",
        side_inputs={
            "model_complexity": complexity,
            "num_hands": 20,
            "use_prev_landmarks": False,
        },
        calculator_params={
            "palmdetectioncpu__TensorsToDetectionsCalculator.min_score_thresh": 0.5
        },
        outputs=["palm_detections"],
    )

    def ask(picture, size):
        detections = net.process({"image": picture}).palm_detections or []
        return [plain_detection(detection, size) for detection in detections]

    return ask


def person():
    """Return the first stage of Pose; it hands on the best person alone."""
    net = SolutionBase(
        binary_graph_path="mediapipe/modules/pose_landmark/pose_landmark_cpu.binarypb",
        side_inputs={
            "model_complexity": 1,
            "smooth_landmarks": False,
            "enable_segmentation": False,
            "smooth_segmentation": False,
            "use_prev_landmarks": False,
        },
        calculator_params={
            "posedetectioncpu__TensorsToDetectionsCalculator.min_score_thresh": 0.5
        },
        outputs=["pose_detection"],
    )

    def ask(picture, size):
        detection = net.process({"image": picture}).pose_detection
        return [] if detection is None else [plain_detection(detection, size)]

    return ask


def plain_landmarks(landmarks, score, size):
    """Return the landmarks of one thing as plain numbers."""
    width, height = size
    points = [[p.x * width, p.y * height] for p in landmarks.landmark]
    return {"score": score, "box": None, "points": points}


def meshes(*, video=False):
    """Return Face Mesh without attention, whose file needs no operation of its own."""
    net = mp.solutions.face_mesh.FaceMesh(
        static_image_mode=not video, max_num_faces=2 if video else 10
    )

    def ask(picture, size):
        faces = net.process(picture).multi_face_landmarks or []
        return [plain_landmarks(face, 1.0, size) for face in faces]

    return ask


def hands(complexity, *, video=False):
    """Return Hands: 0 is the lite pair of files, 1 the full one."""
    net = mp.solutions.hands.Hands(
        static_image_mode=not video,
        max_num_hands=2 if video else 10,
        model_complexity=complexity,
    )

    def ask(picture, size):
        items = net.process(picture).multi_hand_landmarks or []
        return [plain_landmarks(hand, 1.0, size) for hand in items]

    return ask


def body(*, video=False):
    """Return Pose; it hands on one person."""
    net = mp.solutions.pose.Pose(
        static_image_mode=not video, model_complexity=1, smooth_landmarks=False
    )

    def ask(picture, size):
        landmarks = net.process(picture).pose_landmarks
        return [] if landmarks is None else [plain_landmarks(landmarks, 1.0, size)]

    return ask


# Name -> what makes the solution.
SOLUTIONS = {
    "face-short-range": lambda: faces(0),
    "face-full-range": lambda: faces(1),
    "palm-lite": lambda: palms(0),
    "palm-full": lambda: palms(1),
    "person": person,
    "face-mesh": meshes,
    "hands-lite": lambda: hands(0),
    "hands-full": lambda: hands(1),
    "pose-full": body,
    "face-mesh-video": lambda: meshes(video=True),
    "hands-lite-video": lambda: hands(0, video=True),
    "pose-full-video": lambda: body(video=True),
}


def main():
    """Answer requests until standard input ends."""
    package = os.path.dirname(mp.__file__)
    # Graphs and models are named relative to the folder above the package.
    os.chdir(os.path.dirname(package))
    print(json.dumps({"package": package}), file=answers, flush=True)
    opened = {}
    for line in sys.stdin:
        request = json.loads(line)
        name = request["solution"]
        if name not in opened:
            opened[name] = SOLUTIONS[name]()
        picture = cv2.cvtColor(cv2.imread(request["picture"]), cv2.COLOR_BGR2RGB)
        size = picture.shape[1::-1]
        print(json.dumps(opened[name](picture, size)), file=answers, flush=True)


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        main()
