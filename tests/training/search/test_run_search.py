"""A search on real pictures: what is within the budget competes, the best is saved."""

from __future__ import annotations

import csv
import json
import os
import signal
from dataclasses import replace

import pytest
from edgevision.converters.keras.card import read_keras_card
from edgevision.runtime.scenes import EASY
from edgevision.training.callbacks import TrainCallbacks
from edgevision.training.request import TrainRequest
from edgevision.training.search import contenders, measuring
from edgevision.training.search.latency import MeasuredLatency
from edgevision.training.search.plan import SearchPlan
from edgevision.training.search.run_search import search
from edgevision.training.search.state import SearchFolder
from edgevision.training.shipped.scene_masks import write_masked_scenes
from edgevision.training.shipped.shapes import write_crops

from edgevision.errors import BudgetError, OutputExistsError, TrainingError
from edgevision.files import hold_name

pytestmark = pytest.mark.tf


@pytest.fixture(scope="module")
def shapes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data") / "shapes"
    return write_crops(folder, 60, 32, seed=1, difficulty=EASY)


def plan_for(shapes, tmp_path, **changes):
    request = TrainRequest(
        shapes,
        tmp_path / "net.keras",
        epochs=2,
        augment="none",
        max_seconds=changes.pop("max_seconds", 120.0),
        force=changes.pop("force", False),
    )
    given = {"widths": (0.25, 0.5), "input_sizes": ((24, 24), (32, 32)), **changes}
    return SearchPlan(request, given.pop("max_ms", 5.0), **given)


@pytest.fixture
def costs(monkeypatch):
    """Make a network of so many pixels and parameters cost a known time."""
    pytest.importorskip("keras")
    seen = []

    def measure(job, folder, *, source, threads):
        parameters = job.model.count_params()
        side = job.card.input.width
        seen.append((side, parameters))
        return MeasuredLatency(side / 10 + parameters / 1e6, 1.0, 1000, parameters)

    monkeypatch.setattr(measuring, "measure", measure)
    return seen


def test_candidates_above_the_budget_are_left_out_before_training(
    shapes, tmp_path, costs
):
    notes = []
    plan = plan_for(shapes, tmp_path, max_ms=3.0, widths=(0.25, 0.5, 1.0))
    report = search(plan, callbacks=TrainCallbacks(on_note=notes.append))
    rows = {(r.candidate.input_size[0], r.candidate.width): r for r in report.rows}
    assert len(rows) == 6
    # 32 pixels cost 3.2 ms at the least: the smallest says so, the others are larger.
    assert rows[32, 0.25].note == "above the budget"
    for width in (0.5, 1.0):
        assert rows[32, width].note == "larger than one above the budget"
        assert rows[32, width].latency is None
    assert [side for side, _ in costs] == [24, 32, 24, 24]
    assert all(rows[32, width].standing is None for width in (0.25, 0.5, 1.0))
    trained = [r for r in report.rows if r.standing is not None]
    assert [r.candidate.input_size[0] for r in trained] == [24, 24, 24]
    (chosen,) = [r for r in report.rows if r.chosen]
    assert chosen.score == max(r.score for r in trained)
    assert read_keras_card(plan.request.output).input.width == 24
    assert report.trained.metrics["accuracy"] == pytest.approx(chosen.score)
    assert any("round 1 of 3: 3 networks" in line for line in notes)
    record = json.loads(plan.json.read_text("utf-8"))
    assert record["max_ms"] == 3.0
    assert len(record["candidates"]) == 6
    with plan.csv.open(newline="") as stream:
        assert len(list(csv.DictReader(stream))) == 6
    assert not plan.workspace.exists()
    assert (tmp_path / "net.curves.png").is_file()
    with pytest.raises(OutputExistsError, match="net.keras already exists"):
        search(plan)


def test_an_output_that_another_process_searches_for_is_refused(tmp_path):
    plan = plan_for(tmp_path, tmp_path)
    with (
        hold_name(plan.request.output, error=TrainingError),
        pytest.raises(TrainingError, match="is written to by another"),
    ):
        search(plan)


def test_a_budget_that_nothing_meets_names_the_quickest(shapes, tmp_path, costs):
    plan = plan_for(shapes, tmp_path, max_ms=0.5)
    with pytest.raises(
        BudgetError, match=r"within 0.5 ms .* is cnn 24x24 width 0.25 with 2\.4"
    ):
        search(plan)
    assert len(costs) == 1
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_keeps_the_best_so_far(shapes, tmp_path, costs):
    def on_note(line):
        if "accuracy" in line:
            os.kill(os.getpid(), signal.SIGINT)

    plan = plan_for(shapes, tmp_path, input_sizes=((24, 24),))
    report = search(plan, callbacks=TrainCallbacks(on_note=on_note))
    assert report.stopped
    assert report.trained.ended == "interrupted"
    assert plan.request.output.is_file()
    assert not any("--resume" in line for line in report.trained.next_commands)
    assert sum(row.standing is not None for row in report.rows) == 1


def test_ctrl_c_before_anything_was_trained_saves_nothing(shapes, tmp_path, costs):
    def on_note(line):
        if "parameters" in line:
            raise KeyboardInterrupt

    with pytest.raises(TrainingError, match="before anything was trained"):
        search(plan_for(shapes, tmp_path), callbacks=TrainCallbacks(on_note=on_note))
    assert list(tmp_path.iterdir()) == []


def test_candidates_that_cannot_be_built_are_said_and_left_out(shapes, tmp_path, costs):
    plan = plan_for(shapes, tmp_path, input_sizes=((24, 24), (8, 8)), widths=(0.25,))
    report = search(plan)
    (small,) = [r for r in report.rows if r.candidate.input_size == (8, 8)]
    assert "must be at least 22x22 pixels" in small.note
    assert small.latency is None


def killed_at(monkeypatch, plan, word):
    """Search until a note has a word, and leave what a kill would leave."""

    def on_note(line):
        if word in line:
            raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(SearchFolder, "remove", lambda folder: None)
        with pytest.raises(RuntimeError, match="killed"):
            search(plan, callbacks=TrainCallbacks(on_note=on_note))


@pytest.mark.parametrize("word", ["round 1", "accuracy"])
def test_a_search_that_was_killed_goes_on_and_repeats_nothing(
    shapes, tmp_path, costs, monkeypatch, word
):
    plan = plan_for(shapes, tmp_path, input_sizes=((24, 24), (40, 40)), max_ms=3.0)
    killed_at(monkeypatch, plan, word)
    assert len(costs) == 3
    with pytest.raises(OutputExistsError, match="Pass --resume to go on with it"):
        search(plan)
    again = replace(plan, request=replace(plan.request, resume=True))
    other = replace(again, max_ms=4.0)
    with pytest.raises(TrainingError, match=r"its max ms was 3\.0 and is now 4\.0"):
        search(other)
    trained = []
    run = contenders.loop.run

    def counted(job, *args, **more):
        trained.append((job.model.count_params(), more["resume"]))
        return run(job, *args, **more)

    monkeypatch.setattr(contenders.loop, "run", counted)
    notes = []
    report = search(again, callbacks=TrainCallbacks(on_note=notes.append))
    assert len(costs) == 3  # nothing was measured again
    done = 1 if word == "accuracy" else 0
    assert len(trained) == len(set(trained)) == 2 - done
    assert not any(resumed for _, resumed in trained)
    assert any(f"3 of 4 networks are measured, {done} t" in line for line in notes)
    notes = {
        (r.candidate.input_size[0], r.candidate.width): r.note for r in report.rows
    }
    assert notes == {
        (24, 0.25): "",
        (24, 0.5): "",
        (40, 0.25): "above the budget",
        (40, 0.5): "larger than one above the budget",
    }
    assert plan.request.output.is_file()
    assert not plan.workspace.exists()
    with pytest.raises(TrainingError, match="There is nothing to go on with"):
        search(again)


def test_what_was_learned_since_the_last_note_is_not_learned_again(
    shapes, tmp_path, costs, monkeypatch
):
    plan = plan_for(shapes, tmp_path, input_sizes=((24, 24),), widths=(0.25,))
    run = contenders.loop.run

    def killed(job, workspace, **more):
        run(job, workspace, **more)
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(SearchFolder, "remove", lambda folder: None)
        patch.setattr(contenders.loop, "run", killed)
        with pytest.raises(RuntimeError):
            search(plan)
    report = search(replace(plan, request=replace(plan.request, resume=True)))
    assert report.trained.epochs == 2


def test_what_was_trained_stays_where_the_output_cannot_be_written(
    shapes, tmp_path, costs, monkeypatch
):
    plan = plan_for(shapes, tmp_path, input_sizes=((24, 24),), widths=(0.25,))

    def full(*args, **more):
        raise TrainingError("Cannot write net.keras: No space left on device.")

    with monkeypatch.context() as patch:
        patch.setattr(contenders, "finish", full)
        with pytest.raises(TrainingError, match="No space left"):
            search(plan)
    assert plan.workspace.is_dir()
    again = replace(plan, request=replace(plan.request, resume=True))
    (file,) = plan.workspace.glob("search.json")
    text = file.read_text("utf-8")
    (name,) = json.loads(text)["costs"]
    file.write_text(text.replace(json.dumps(name), '"strange"'), "utf-8")
    with pytest.raises(TrainingError, match="no network of this search is called"):
        search(again)
    file.write_text(text, "utf-8")
    monkeypatch.setattr(contenders.loop, "run", full)  # nothing is trained again
    assert search(again).trained.epochs == 2
    assert not plan.workspace.exists()


def test_segmenters_are_searched_too(tmp_path, costs):
    scenes = write_masked_scenes(tmp_path / "scenes", 20, 32, seed=1)
    plan = plan_for(scenes, tmp_path, max_ms=3.21, input_sizes=((32, 32),))
    report = search(plan)
    assert {row.candidate.width: row.note for row in report.rows} == {
        0.25: "",
        0.5: "above the budget",
    }
    assert report.metric == "mean IoU"
    assert {row.candidate.label for row in report.rows} == {"unet"}
    (chosen,) = [row for row in report.rows if row.chosen]
    assert report.trained.metrics["mean IoU"] == pytest.approx(chosen.score)
    assert read_keras_card(plan.request.output).task == "segmentation"


@pytest.mark.slow
def test_a_real_search_measures_this_machine(shapes, tmp_path):
    pytest.importorskip("keras")
    plan = plan_for(
        shapes, tmp_path, max_ms=1000.0, widths=(0.25,), input_sizes=((24, 24),)
    )
    report = search(plan)
    (row,) = report.rows
    assert row.chosen
    assert row.pareto
    assert 0 < row.latency.invoke_ms <= row.latency.ms
    assert row.latency.int8_bytes > 1000
    assert row.latency.parameters == report.trained.parameters
    assert report.where["threads"] == 1
    assert report.where["source"] == str(shapes)
    assert not plan.workspace.exists()
