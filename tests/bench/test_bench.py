"""The benchmark itself: each row runs against the real server, and every answer is right."""

import json
import subprocess
import sys

import pytest

from bench import cost, wire
from bench.rows import MEASURED, Row
from bench.stage import ROOT


@pytest.fixture(scope="module")
def figures(tmp_path_factory):
    """The figures of a run of one second a row."""
    path = tmp_path_factory.mktemp("bench") / "figures.json"
    command = [sys.executable, "-m", "bench", "--seconds", "1", "--json", str(path)]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(path.read_text())


@pytest.mark.parametrize("name", [row.name for row in MEASURED])
def test_every_answer_of_a_row_is_right(figures, name):
    figure = figures["rows"][name]

    assert figure["wrong"] == ""
    assert figure["count"] > 0
    assert figure["cpu"] > 0


@pytest.mark.parametrize("name", ["cc_es256", "cc_rs256", "refresh", "flow"])
def test_a_sample_of_the_tokens_is_verified(figures, name):
    assert figures["rows"][name]["verified"] > 0


def test_the_floor_and_the_processes_are_measured_in_the_same_run(figures):
    assert all(value > 0 for value in figures["floor_ms"].values())
    assert figures["memory_mebibytes"] > 0
    assert figures["cold_start_seconds"] > 0


def test_a_budget_is_a_sum_of_signatures_and_empty_routes():
    row = Row("any", "any", None, signatures=1, empties=7)

    assert row.budget(0.5, 0.1) == pytest.approx(1.2)


@pytest.mark.parametrize(
    "received",
    [b"HTTP/1.1 200 OK\r\nContent-Le", b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab"],
)
def test_an_answer_that_is_not_whole_is_awaited(received):
    assert wire.parse(bytearray(received)) is None


def test_a_whole_answer_is_read():
    answer = wire.parse(bytearray(b"HTTP/1.1 303 See Other\r\ncontent-length: 0\r\nX-A: b\r\n\r\n"))

    assert (answer.status, answer.one("x-a"), answer.body) == (303, "b", b"")


def test_an_answer_without_length_is_refused():
    with pytest.raises(wire.Wrong):
        wire.parse(bytearray(b"HTTP/1.1 200 OK\r\n\r\n"))


def test_processor_time_of_ended_children_is_counted():
    busy = "sum(range(3_000_000))"
    shell = f"import subprocess, sys, time; subprocess.run([sys.executable, '-c', '{busy}']); "
    with subprocess.Popen(
        [sys.executable, "-c", f"{shell}print('done', flush=True); time.sleep(30)"],
        stdout=subprocess.PIPE,
    ) as parent:
        parent.stdout.readline()

        spent = cost.processor_seconds(parent.pid)
        parent.kill()

    assert spent >= 0.04
