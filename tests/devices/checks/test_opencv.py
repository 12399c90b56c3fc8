"""OpenCV, its wheels, GStreamer and windows: judged in made environments."""

from __future__ import annotations

from edgevision.devices.checks import opencv
from edgevision.devices.probes import Probe

GUI = {"cv2": Probe("4.11.0", facts={"gui": "QT5", "gstreamer": "NO"})}


def test_healthy_board_is_ok(make_environment):
    environment = make_environment()
    assert opencv.importable(environment).level == "ok"
    assert opencv.one_wheel(environment) is None
    assert opencv.gstreamer(environment) is None
    assert opencv.window(environment).level == "note"


def test_absent_opencv_is_broken(make_environment):
    environment = make_environment(packages={"numpy": "2.4.6"}, probes={})
    assert "not installed" in opencv.importable(environment).what
    assert opencv.window(environment) is None


def test_wheel_with_windows_on_a_lite_system_is_cured_by_the_headless_one(
    make_environment,
):
    error = "ImportError: libGL.so.1: cannot open shared object file"
    found = opencv.importable(make_environment(probes={"cv2": Probe(error=error)}))
    assert found.level == "broken"
    assert "opencv-python-headless" in found.cure


def test_opencv_built_for_numpy_1_goes_back_to_it(make_environment):
    environment = make_environment(
        packages={"numpy": "2.4.6"},
        probes={"cv2": Probe(error="ImportError: numpy.core.multiarray failed")},
    )
    assert opencv.importable(environment).cure == "Run: pip install 'numpy<2'"


def test_two_wheels_warn_while_they_work_and_are_broken_when_not(make_environment):
    packages = {"opencv-python": "5.0", "opencv-python-headless": "5.0"}
    works = opencv.one_wheel(make_environment(packages=packages))
    assert works.level == "warning"
    assert works.cure.endswith("pip install opencv-python-headless")
    broken = {"cv2": Probe(error="AttributeError: x")}
    assert (
        opencv.one_wheel(make_environment(packages=packages, probes=broken)).level
        == "broken"
    )
    wanted = make_environment(packages=packages, wants=["window"])
    assert opencv.one_wheel(wanted).cure.endswith("pip install opencv-python")


def test_gstreamer_is_a_note_on_a_jetson_and_broken_where_wanted(make_environment):
    jetson = make_environment(board="NVIDIA Jetson Orin Nano Developer Kit")
    assert opencv.gstreamer(jetson).level == "note"
    wanted = make_environment(wants=["gstreamer"])
    assert opencv.gstreamer(wanted).level == "broken"
    assert "sudo apt install python3-gi" in opencv.gstreamer(wanted).cure


def test_gstreamer_in_a_bare_environment_also_needs_the_systems_packages(
    make_environment,
):
    found = opencv.gstreamer(
        make_environment(wants=["gstreamer"], system_packages=False)
    )
    assert "--system-site-packages" in found.cure


def test_gstreamer_is_had_from_opencv_or_pygobject(make_environment):
    built = {"cv2": Probe("4.6.0", facts={"gstreamer": "YES (1.22.0)"})}
    for probes in (built, {"gi": Probe("3.42")}):
        found = opencv.gstreamer(make_environment(wants=["gstreamer"], probes=probes))
        assert found.level == "ok"


def test_window_needs_a_display_and_an_opencv_with_windows(make_environment):
    def judge(**changes):
        return opencv.window(make_environment(wants=["window"], **changes))

    assert "no display" in judge(probes=GUI).what
    assert "without windows" in judge(has_display=True).what
    assert judge(has_display=True).level == "broken"
    assert judge(has_display=True, probes=GUI).level == "ok"


def test_a_wheel_whose_files_went_with_another_is_installed_again(make_environment):
    probes = {"numpy": Probe("2.4.6")}
    found = opencv.importable(make_environment(probes=probes))
    assert found.level == "broken"
    assert "opencv-python-headless is installed, but its files are gone" in found.what
    # pip install alone says "already satisfied".
    assert "--force-reinstall --no-deps opencv-python-headless" in found.cure
