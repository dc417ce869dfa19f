"""Each question of the dashboard and of the alerts is about something that `/metrics` tells."""

import json
import re
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from app.foundation import metrics, readings
from tests.support import factories

GRAFANA = Path(__file__).parents[2] / "deploy/grafana"
BOARD = json.loads((GRAFANA / "portaria.json").read_text())
RULES = yaml.safe_load((GRAFANA / "alerts.yaml").read_text())["groups"][0]["rules"]
QUESTIONS = [each["expr"] for panel in BOARD["panels"] for each in panel.get("targets", ())]
QUESTIONS += [rule["expr"] for rule in RULES]
WORDS = {"sum", "by", "rate", "histogram_quantile", "topk", "max", "min", "delta", "absent", "or"}

COUNTED = {  # by the servers themselves, as they answer
    "portaria_requests_total", "portaria_request_seconds", "portaria_database_connections",
    "portaria_database_waiting", "portaria_lockouts_total", "portaria_tokens_issued_total",
    "portaria_logout_notices_total", "portaria_outbound_requests_total",
    "portaria_document_requests_total", "portaria_provider_answers_total",
}  # fmt: skip


@pytest.fixture
def told(create_house, database_kind):
    """What `/metrics` of both houses tells: name → the names of its labels."""
    auth, bank = create_house("auth", AUDIT_SYSLOG="udp://127.0.0.1:9"), create_house("bank")
    factories.keys(auth)
    for app in (auth, bank):
        done = app.test_cli_runner().invoke(args=["worker", "--once"])
        assert done.exit_code == 0, done.output
    metrics.count("tokens_issued")
    metrics.count("lockouts", of="password")
    readings.join(auth, bank)
    client = auth.test_client()
    client.get("/oauth/jwks")
    text = client.get("/metrics").text
    assert len(re.findall(r"^# TYPE", text, re.MULTILINE)) == len(
        set(re.findall(r"^# TYPE (\S+)", text, re.MULTILINE))
    )
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_every_question_is_about_what_is_told(told):
    assert len(QUESTIONS) > 35
    for question in QUESTIONS:
        asked = re.findall(r"\bportaria_\w+", question)
        labels = {
            label.strip()
            for listed in re.findall(r"\bby \(([^)]*)\)", question)
            for label in listed.split(",")
        }
        labels |= set(re.findall(r"[{,]\s*(\w+)\s*=~?\"", question))
        rest = re.sub(r'portaria_\w+|"[^"]*"|\{[^}]*\}|\[\w+\]|by \([^)]*\)', " ", question)

        assert asked, question
        assert set(asked) <= {*told}, question
        assert labels <= set().union(*(told[name] for name in asked)), question
        assert set(re.findall(r"[a-z_]+", rest)) <= WORDS, question
        assert question.count("(") == question.count(")")


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("page", ["watch", "the-record", "operators", "log-out-everywhere"])
def test_a_page_names_no_metric_that_the_worker_alone_would_know(create_house, database_kind, page):
    """The worker answers nobody: what it does is told by servers, from the database."""
    auth, bank = create_house("auth"), create_house("bank")
    factories.keys(auth)
    auth.test_cli_runner().invoke(args=["worker", "--once"])  # so that there is a head
    readings.join(auth, bank)
    found = {each.name for one in auth.extensions["readings"] for each in one.collect()}
    text = (GRAFANA.parents[1] / f"docs/{page}.md").read_text("utf-8")

    assert set(re.findall(r"\bportaria_\w+", text)) <= found | COUNTED


def test_counters_are_asked_for_by_their_rate_and_panels_have_names():
    for question in QUESTIONS:
        for counter in re.findall(r"portaria_\w+_(?:total|bucket)\b[^)]*", question):
            assert re.search(r"\[\d+m\]", counter), question
    titles = [panel["title"] for panel in BOARD["panels"]]
    assert len(titles) == len(set(titles))
    assert len({panel["id"] for panel in BOARD["panels"]}) == len(titles)


def test_whoever_is_woken_finds_what_to_do():
    page = (GRAFANA.parents[1] / "docs/respond-to-an-incident.md").read_text("utf-8")

    assert [rule["alert"] for rule in RULES if f"`{rule['alert']}`" not in page] == []
