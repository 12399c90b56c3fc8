"""Which stages and rules a camera of an app gets, and what is refused."""

from __future__ import annotations

import pytest
from edgevision.runtime.interpreter.backends import installed_backends
from edgevision.runtime.rules import RuleTable
from edgevision.runtime.tables import hints_of

from edgevision.app import App
from edgevision.app.description import RuleDescription
from edgevision.app.file import read_app_file
from edgevision.app.running import names_of_stages, setups_of
from edgevision.errors import AppFileError

ZONE = "zone = [[0, 0], [1, 0], [1, 1]]"
FILE = f"""\
[model]
file = "demo:detector"
threads = 1
[camera.yard]
source = "synthetic:?fps=0&frames=3"
[camera.yard.region.lawn]
{ZONE}
[camera.yard.region.gate]
line = [[0, 0.5], [1, 0.5]]
[camera.door]
source = "synthetic:?fps=0&frames=3"
[camera.door.region.mat]
{ZONE}
"""

needs_interpreter = pytest.mark.skipif(
    not installed_backends(), reason="no TFLite interpreter is installed"
)


@pytest.fixture
def app_file(tmp_path):
    def read(more: str = ""):
        path = tmp_path / "app.toml"
        path.write_text(FILE + more)
        return read_app_file(path)

    return read


def rules(when: str, more: str = "") -> str:
    return f'[rule.it]\nwhen = "{when}"\n{more}'


@pytest.mark.parametrize(
    ("when", "more", "cameras"),
    [
        ("star in lawn for 3s", "", ["yard"]),
        ("star crosses gate in", "", ["yard"]),
        ("star in mat", "", ["door"]),
        ("count(star) > 2", "", ["yard", "door"]),
        ("count(star) > 2", 'cameras = ["door"]\n', ["door"]),
    ],
)
def test_a_rule_holds_where_its_zones_and_lines_are(app_file, when, more, cameras):
    setups = setups_of(app_file(rules(when, more)))
    assert [name for name, setup in setups.items() if setup.rules] == cameras


@needs_interpreter
@pytest.mark.parametrize(
    ("when", "more", "sentence", "mark"),
    [
        ("star in lwan for 3s", "", "line 15: .*Did you mean 'lawn'", 8),
        ("stra in lawn", "", "line 15: .*Did you mean 'star'", 0),
        ("star in lawn and star in mat", "", "line 15: .*Write a rule for each", None),
        ("star in lawn", 'cameras = ["door"]\n', "line 15: .*No zone 'lawn'", 8),
        ("camera is dark", "", "line 15: .*in an app by", None),
    ],
)
def test_a_rule_that_names_what_is_not_there_is_refused(
    app_file, when, more, sentence, mark
):
    app = App(app_file(rules(when, more)))
    with app, pytest.raises(AppFileError, match=sentence) as error:
        app.plan()
    if mark is not None:
        assert error.value.table[1].index("^") == 4 + mark


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (rules("star in"), r"line 15: \[rule.it\] when: "),
        (
            '[rule.camera]\nwhen = "seen(star)"\n',
            r"line 14: \[rule.camera\] a rul",
        ),
        (rules("seen(star)", 'cameras = ["dor"]\n'), "line 16: .* Did you mean 'door'"),
        ('[clips]\nfolder = "c"\nrules = ["x"]\n', "line 16: .*no rule 'x'"),
        (
            '[watch]\nfile = "v.npz"\n',
            "line 15: .*one file for 2 cameras. Put {c",
        ),
        ("[camera.door.region.a]\n", "line 14: .*has neither of zone and line"),
        (f"[camera.door.region.a]\n{ZONE}\nline = [[0, 0], [1, 1]]\n", "has both of"),
        ("[camera.door.region.a]\nline = [[0, 0]]\n", "line 14: .*at least 2 points"),
        (
            "[camera.door.region.a]\nline = [[0, 0],\n  [1, 2]]\n",
            "line 14: .*point 2 of the line 'a' must be fractions of the frame",
        ),
        (
            "[camera.door.region.a]\nline = [[0, 0],\n  [1, 'x']]\n",
            "line 16: .*line, item 2, item 2: is 'x', expected a number",
        ),
        ("[redact]\n", "line 14: .*nothing is to be covered"),
        ("[clips]\n", "line 14: .*has no 'folder'"),
        ('[clips]\nfolder = "c"\nbefore = 5\n', 'line 16: .*Write "5s"'),
    ],
)
def test_a_table_that_cannot_be_meant_is_refused(app_file, more, sentence):
    with pytest.raises(AppFileError, match=sentence):
        app_file(more)


@pytest.mark.parametrize(
    ("more", "yard", "door"),
    [
        ("", ["track", "regions"], ["track", "regions"]),
        (rules("star in mat"), ["track", "regions"], ["track", "regions", "rules"]),
        (
            '[redact]\nlabels = ["star"]\n[clips]\nfolder = "c"\n[watch]\n',
            *[["watch", "track", "regions", "redact", "clips"]] * 2,
        ),
        (
            '[camera.door.redact]\nlabels = ["star"]\n[camera.yard.watch]\n',
            ["watch", "track", "regions"],
            ["track", "regions", "redact"],
        ),
    ],
)
def test_a_camera_gets_the_stages_that_it_needs(app_file, more, yard, door):
    setups = setups_of(app_file(more))
    assert list(names_of_stages(setups["yard"], "detection")) == yard
    assert list(names_of_stages(setups["door"], "detection")) == door
    assert "track" not in names_of_stages(setups["door"], "classification")


@pytest.mark.parametrize("to", ["heat:heat/", "web:0?heat=heat/", "jsonl:a.jsonl"])
def test_a_heat_map_has_tracks_without_any_rule(app_file, to):
    file = app_file(f'[[sink]]\nto = "{to}"\ncameras = ["door"]\n')
    file.path.write_text(file.path.read_text().replace("[camera.door.region.mat]", "#"))
    file.path.write_text(file.path.read_text().replace(f"#\n{ZONE}", ""))
    names = names_of_stages(setups_of(read_app_file(file.path))["door"], "detection")
    assert names == (("track",) if "heat" in to else ())


def test_the_file_of_the_usual_view_has_the_cameras_name(app_file):
    setups = setups_of(app_file('[watch]\nfile = "{camera}.npz"\n'))
    assert [setup.watch.file for setup in setups.values()] == ["yard.npz", "door.npz"]


@needs_interpreter
def test_what_is_covered_must_be_something_that_the_model_finds(app_file):
    app = App(app_file('[redact]\nlabels = ["face"]\n'))
    with app, pytest.raises(AppFileError, match=r"line 15: \[redact\] labels: .*face"):
        app.plan()
    own = '[camera.door.redact]\nlabels = ["face"]\nmodel = "demo:detector"\n'
    app = App(app_file(own))
    with app, pytest.raises(AppFileError, match=r"line 15: \[camera.door.redact\] lab"):
        app.plan()


@needs_interpreter
def test_nothing_is_shown_where_the_model_may_have_left_things_out(app_file):
    """A second star may stand beside the only one that is reported."""
    file = app_file('[redact]\nlabels = ["star"]\n')
    text = file.path.read_text().replace("threads = 1", "max_detections = 1")
    file.path.write_text(text)
    with App(read_app_file(file.path)) as app:
        events = [event for _, event in app]
    full = [event for event in events if len(event.result)]
    assert full
    assert not any(event.frame.image.any() for event in full)


@needs_interpreter
def test_zones_need_a_model_that_says_where_things_are(app_file):
    file = app_file()
    text = file.path.read_text().replace("demo:detector", "demo:classifier")
    file.path.write_text(text)
    with App(read_app_file(file.path)) as app, pytest.raises(AppFileError) as error:
        app.plan()
    assert "line 6: [camera.yard] region: needs a model that says" in str(error.value)


def test_a_rule_takes_all_keys_that_its_room_reads():
    assert set(hints_of(RuleTable)) < set(hints_of(RuleDescription))
