"""Metrics count requests by route, and are shown only to who may see them."""

import os
import subprocess
import sys

import pytest

from app.foundation import metrics
from tests.support.marks import abuse, asvs


def shown(client):
    """Return the metrics as ``{sample: value}``."""
    text = client.get("/metrics").text
    rows = (line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, value in rows}


def test_requests_are_counted_by_route_never_by_path(house):
    house.add_url_rule("/counted/<uid>", "counted", lambda uid: "ok")
    client = house.test_client()
    name = 'portaria_requests_total{method="GET",route="/counted/<uid>",status="200"}'
    before = shown(client).get(name, 0)

    for number in range(5):
        client.get(f"/counted/{number}")
        client.get(f"/nowhere/{number}")
        client.open(f"/nowhere/{number}", method=f"ODD{number}")

    after = shown(client)
    assert after[name] == before + 5
    assert not any("/nowhere" in sample or "ODD" in sample for sample in after)
    assert after['portaria_request_seconds_count{route="/counted/<uid>"}'] >= 5


def test_events_are_counted_with_their_labels(house):
    name = 'portaria_things_made_total{grant="refresh_token"}'
    before = shown(house.test_client()).get(name, 0)

    metrics.count("things_made", grant="refresh_token")
    metrics.count("things_made", grant="refresh_token")

    assert shown(house.test_client())[name] == before + 2


@asvs("13.4.5")
@abuse("G-08")
@pytest.mark.parametrize(
    ("token", "headers", "address", "status"),
    [
        ("", {}, "127.0.0.1", 200),
        ("", {}, "203.0.113.9", 404),
        ("", {"X-Forwarded-For": "203.0.113.9"}, "127.0.0.1", 404),
        ("sesame", {}, "127.0.0.1", 404),
        ("sesame", {"Authorization": "Bearer wrong"}, "127.0.0.1", 404),
        ("sesame", {"Authorization": "Bearer sesame"}, "203.0.113.9", 200),
    ],
)
def test_metrics_are_for_loopback_or_who_holds_the_token(built, token, headers, address, status):
    client = built(METRICS_TOKEN=token).test_client()

    answer = client.get("/metrics", headers=headers, environ_overrides={"REMOTE_ADDR": address})

    assert answer.status_code == status


def test_several_processes_add_up(tmp_path):
    script = (
        "from tests.foundation.conftest import build\n"
        "client = build().test_client()\n"
        "client.get('/nowhere')\n"
        "print(client.get('/metrics').text)\n"
    )
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}

    for _ in range(2):
        last = subprocess.run(
            [sys.executable, "-c", script],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )

    assert 'portaria_requests_total{method="GET",route="none",status="404"} 2.0' in last.stdout


def test_what_a_killed_process_left_standing_is_forgotten(tmp_path):
    script = (
        "import os, signal, sys\n"
        "from app.foundation import metrics\n"
        "from tests.foundation.conftest import build\n"
        "metrics.standing('things_in_hand', pool='x').inc()\n"
        "if sys.argv[1] == 'die': os.kill(os.getpid(), signal.SIGKILL)\n"
        "print(build().test_client().get('/metrics').text)\n"
    )
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}

    told = [
        subprocess.run(
            [sys.executable, "-c", script, how],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        ).stdout
        for how in ("die", "tell")
    ]

    assert told[0] == ""
    assert 'portaria_things_in_hand{pool="x"} 1.0' in told[1]
