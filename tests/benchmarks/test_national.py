"""A few thousand events through every stage of the national benchmark: what it says, keeps and draws."""

import json
import multiprocessing
from dataclasses import replace
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree as ET

import psycopg
import pytest
from psycopg import sql
from rich.console import Console

from benchmarks.library_views import FOUR
from benchmarks.national import pages, place, replaying, same
from benchmarks.national.graph import graph
from benchmarks.national.kept import Kept
from benchmarks.national.plan import Plan
from benchmarks.national.report import FLOORS, floor_rows, show
from benchmarks.national.run import main, run
from benchmarks.national.stages import stages
from benchmarks.place import Place, execute, with_roles
from projections.code import folding_version
from tests import postgres

PLAN = replace(
    Plan(),
    events=6_000,
    library_events=60,
    reperform_events=2_000,
    moments=3,
    keys_each=2,
    population=40,
    awards=2,
)
pytestmark = [
    pytest.mark.timeout(900),  # every stage starts processes of its own
    pytest.mark.skipif(postgres.MAJOR < 18, reason="what it measures has tests of its own on every version"),
]
DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("national")


@pytest.fixture(scope="module")
def found(postgres_server, home):
    console = Console(file=StringIO())
    return run(PLAN, home, console, postgres_server.admin_url)


def test_every_floor_has_a_figure(found):
    assert [one["figure"] for one in found["floors"] if one["holds"] is None] == []
    assert len(found["floors"]) == len(FLOORS) == len(floor_rows(found))


def test_the_document_has_the_parts_that_were_asked_for(found):
    assert {"ratios", "latency_ms", "rate", "growth", "memory_mib", "conditions", "floors"} <= set(found)
    views = {view.name for view in FOUR}
    for figure in ("as_of_key_p99", "as_of_population_p99"):
        latencies = found["latency_ms"][figure]
        assert set(latencies) == views | {"worst"}
        assert latencies["worst"] == max(latencies[view] for view in views)
    assert set(found["growth"]["points"]) == {"3000", "6000"}
    assert set(found["growth"]["evidence"]) == views
    assert all(first > 0 < last for first, last in found["growth"]["evidence"].values())
    assert all(rate > 0 for rate in found["rate"].values())
    loops = [stage["loop_ms"] for stage in found["stages"].values()]
    assert all(0 < loop["least"] <= min(loop["before"], loop["after"]) for loop in loops)


def test_the_same_questions_are_asked_of_every_prefix(found):
    same, stage = found["growth"]["same_questions"], found["stages"]["same_questions"]["points"]
    assert set(same["points"]) == set(stage) == {"3000", "6000"}
    for view in FOUR:
        of = [point["views"][view.name] for point in stage.values()]
        for told in ("keys", "evidence", "unanswered"):  # each answer is compared where it is asked for
            assert of[0][told] == of[1][told]
        for what in ("key", "population"):
            assert same[what][view.name] == round(of[1][what]["p50"] / of[0][what]["p50"], 3)
            assert of[0][what]["answers"] == of[1][what]["answers"]
        assert of[0]["population"]["answers"] > 0


def test_a_projection_that_stands_elsewhere_is_not_asked_the_same_questions(found, postgres_server):
    database = place.ledger(with_roles(Place(postgres_server.admin_url)), PLAN)
    with pytest.raises(ValueError, match="do not stand at 6,000"):  # every projection was rebuilt since
        same.measure(database, PLAN)
    with pytest.raises(ValueError, match=r"no projections are kept of \[3001\]"):
        same.measure(database, replace(PLAN, events=6_002))


def test_the_verifications_saw_every_event_and_the_rebuilds_their_prefix(found):
    measured, events = found["stages"], found["stages"]["generate"]["events"]
    assert measured["verify_headers"]["events"] == measured["verify_bodies"]["events"] == events
    assert measured["as_of_3000"]["rebuild"]["events"] == 3_000
    assert measured["reperform"]["same"] == measured["reperform"]["decisions"] > 0


def test_a_second_run_measures_nothing_again(found, postgres_server, home):
    said = StringIO()
    second = run(PLAN, home, Console(file=said), postgres_server.admin_url)
    assert second["stages"] == json.loads(json.dumps(found["stages"]))
    assert said.getvalue().count("measured before") == len(stages(PLAN))


def test_of_other_code_nothing_is_taken_up_but_the_ledger_and_of_another_plan_nothing(
    found, home, monkeypatch
):
    assert set(Kept.of(home, PLAN).stages) == {one.name for one in stages(PLAN)}
    assert not Kept.of(home, replace(PLAN, moments=4)).stages
    monkeypatch.setattr("benchmarks.national.kept.code_version", lambda: "other")
    assert set(Kept.of(home, PLAN).stages) == {"generate"}


def test_two_runs_in_one_directory_are_refused(tmp_path):
    with place.alone(tmp_path), pytest.raises(place.BusyError, match="another run"), place.alone(tmp_path):
        pass
    with place.alone(tmp_path):
        pass


def test_the_memory_of_a_rebuild_counts_its_workers(found):
    rebuilt = found["stages"]["all_projections"]
    assert 0 < rebuilt["peak_mib"] <= found["memory_mib"]["all_projections"] <= found["memory_mib"]["worst"]


def test_histories_of_other_lengths_and_codes_are_not_counted_with_those_rebuilt(found, postgres_server):
    database = place.ledger(with_roles(Place(postgres_server.admin_url)), PLAN)
    other = "INSERT INTO projections.follower (code, generation, position) VALUES ('other', {}, 1)"
    execute(database.owner_url, other, sql.Literal(99))
    every = found["stages"]["all_projections"]["bytes_an_event"]
    assert replaying.every_projection(database, PLAN)["bytes_an_event"] == pytest.approx(every, rel=0.2)
    with psycopg.connect(database.owner_url) as connection:
        assert connection.execute("SELECT code FROM projections.follower").fetchall() == [
            (folding_version(),)
        ]


def test_the_table_fits_a_narrow_terminal_and_names_every_figure_whole(found):
    said = StringIO()
    show(found, Console(file=said, width=80))
    lines = [line.split() for line in said.getvalue().splitlines()]
    for floor in FLOORS:
        group, _, figure = floor.figure.partition(".")
        assert [group] in lines
        assert [line[-1] for line in lines if line[:1] == [figure]] in (["ja/yes"], ["NEJ/NO"])


def test_figures_and_curves_are_put_into_the_page(found, tmp_path):
    (tmp_path / pages.PAGE).write_text((DOCS / pages.PAGE).read_text("utf-8"), "utf-8")
    written = pages.write(found, tmp_path)
    page = written[0].read_text("utf-8")
    assert "Not measured yet" not in page
    assert all(f"| {floor.figure} |" in page for floor in FLOORS)
    assert all(f"| {stage.name.replace('_', ' ')} | " in page for stage in stages(PLAN))
    for path in written[1:]:
        assert path.name in page
        drawn = ET.fromstring(path.read_text("utf-8"))  # noqa: S314  our own
        lines = drawn.findall("{http://www.w3.org/2000/svg}polyline")
        assert [len(line.attrib["points"].split()) for line in lines] == [2] * 2 * len(FOUR)
        dotted = [line.attrib["stroke"] for line in lines if "stroke-dasharray" in line.attrib]
        assert len(set(dotted)) == len(dotted) == len(FOUR)
    assert pages.write(found, tmp_path)[0].read_text("utf-8") == page


def test_a_page_without_its_place_is_refused(found, tmp_path):
    (tmp_path / pages.PAGE).write_text("# Nothing\n")
    with pytest.raises(ValueError, match="has no lines"):
        pages.write(found, tmp_path)


def test_a_disk_that_is_too_small_is_refused_and_says_what_is_needed(
    found, postgres_server, home, monkeypatch, capsys
):
    monkeypatch.setattr(place, "SPARE_BYTES", 2**60)
    events = ["--events", str(PLAN.events), "--home", str(home), "--url", postgres_server.admin_url]
    assert main([*events, "--output", str(home / "none.json")]) == 2
    assert "GB disk needed" in capsys.readouterr().out
    assert not (home / "none.json").exists()


def test_no_process_of_the_benchmark_is_left(found):
    assert found
    assert multiprocessing.active_children() == []


def test_a_higher_value_stands_higher_and_labels_do_not_overlap():
    drawn = ET.fromstring(graph("t", [1, 2, 10], {"a": [1, 2, 3], "b": [3, 3, 3.01]}, {"floor": 2}))  # noqa: S314  our own
    of = "{http://www.w3.org/2000/svg}"
    first = drawn.findall(f"{of}polyline")[0].attrib["points"].split()
    heights = [float(point.split(",")[1]) for point in first]
    assert heights == sorted(heights, reverse=True)
    labels = {one.text: float(one.attrib["y"]) for one in drawn.findall(f"{of}text")}
    assert abs(labels["a"] - labels["b"]) >= 17


@pytest.mark.parametrize("events", ["0", "-5", "2999", "1e6", "many", "", "50000001"])
def test_a_length_that_cannot_be_measured_is_refused_at_once(events, tmp_path, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["--home", str(tmp_path / "home"), f"--events={events}"])
    assert "is no whole number from 3000 to 50000000" in capsys.readouterr().err
    assert not (tmp_path / "home").exists()
