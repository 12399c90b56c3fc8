#!/bin/sh
# Build the environments of the libraries that frame.py and mediapipe_agreement.py compare
# with, one each, because they pin different versions of the same packages. Takes minutes
# and about 4 GB.
#
#     sh benchmarks/peers.sh [FOLDER]        (default: build/peers)
#
# Afterwards:  python benchmarks/frame.py --peers FOLDER
set -eu
folder=${1:-build/peers}
python=${PYTHON:-python3}
mkdir -p "$folder"

make_peer() {
    name=$1
    shift
    if [ -x "$folder/$name/bin/python" ]; then
        echo "$name: is there"
        return
    fi
    echo "$name: installing $*"
    "$python" -m venv "$folder/$name.part"
    "$folder/$name.part/bin/python" -m pip install --quiet "$@"
    rm -rf "${folder:?}/$name"
    # A venv's scripts know their folder; its python alone may be moved, and only that
    # is used.
    mv "$folder/$name.part" "$folder/$name"
}

make_peer mediapipe "mediapipe>=1.2,<2"
# A version whose wheel has the models of mp.solutions inside; mediapipe_agreement.py
# compares with it. It has wheels for Python 3.8 to 3.12: set PYTHON to one of these.
make_peer mediapipe-solutions "mediapipe==0.10.14"
# PyTorch comes along. Its builds without CUDA are a fifth of the size: set
# PIP_EXTRA_INDEX_URL to PyTorch's own index of them beforehand.
make_peer ultralytics "ultralytics>=8.4,<8.5" ai-edge-litert
# For tracking.py. TrackEval computes the figures; it would bring its own OpenCV over ours,
# so it has its place here and not in the extra dev.
make_peer trackers "trackers>=2.6,<2.7" "trackeval>=1.3,<1.4"
