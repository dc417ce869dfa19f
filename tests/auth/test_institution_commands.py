"""``flask institutions …``: open, dress, ask, admit."""

import json

import pytest

from app.auth.institutions import members, registry
from tests.auth import outbox, persons
from tests.auth.institutions.aurora import COLOURS, PICTURE

FIVE = [part for name, hex in COLOURS.items() for part in (f"--{name.replace('_', '-')}", hex)]


@pytest.fixture
def run(auth_app):
    """Run a command line; return what it printed as JSON, or the line it failed with."""

    def invoke(*arguments):
        command = ["institutions", *map(str, arguments), "--json"]
        done = auth_app.test_cli_runner().invoke(args=command)
        if done.exit_code:
            return done.stderr.splitlines()[-1].removeprefix("Error: ")
        return json.loads(done.stdout)

    return invoke


@pytest.fixture
def logo(tmp_path):
    """A file with a picture in it."""
    file = tmp_path / "logo.png"
    file.write_bytes(PICTURE)
    return file


def test_a_bank_is_opened_dressed_shown_and_undressed(run, logo):
    [opened] = run("create", "aurora", "--name", "Banco Aurora")
    assert (opened["name"], opened["action"], opened["logo"]) == ("Banco Aurora", None, None)

    [dressed] = run("brand", "aurora", *FIVE, "--logo", logo)

    assert dressed.items() >= COLOURS.items()
    assert dressed["logo"]
    assert run("show", "aurora") == [dressed]
    assert run("list") == [{"code": "aurora", "name": "Banco Aurora"}]
    assert run("brand", "aurora", "--none", "--name", "Aurora") == [opened | {"name": "Aurora"}]


def test_what_cannot_be_read_is_told_with_its_pair_and_figure(run):
    run("create", "aurora", "--name", "Banco Aurora")

    refusal = run("brand", "aurora", *FIVE, "--action", "#ec7000")

    assert "light: brand-on on brand-1 has 3.05, needs 4.5" in refusal
    assert run("show", "aurora")[0]["action"] is None


def test_every_refusal_is_one_line(run, tmp_path):
    (tmp_path / "logo.svg").write_text("<svg/>")
    run("create", "aurora", "--name", "Banco Aurora")

    assert run("create", "aurora", "--name", "x") == "Another institution has this code."
    assert run("create", "Au rora", "--name", "x").startswith("A code is")
    assert run("show", "nowhere") == "There is no such institution."
    assert run("brand", "aurora", "--action", "red").startswith("action must be a colour")
    assert run("brand", "aurora", "--action", "#5b2a86").startswith("Give the other colours too")
    assert run("brand", "aurora", "--logo", tmp_path / "logo.svg").startswith("A logo is a PNG")
    assert run("admit", "aurora", "nobody@example.com") == "There is no such person."


def test_a_policy_is_asked_for_and_people_are_admitted_and_released(run, auth_app):
    run("create", "aurora", "--name", "Banco Aurora")
    with auth_app.app_context():
        ana = persons.open_account().id

    run("policy", "aurora", "always")
    run("admit", "aurora", "ana@example.com")

    with auth_app.app_context():
        assert registry.find("aurora").second_factor == "always"
        assert members.codes(ana) == ["aurora"]
    run("policy", "aurora", "optional")
    run("release", "aurora", "ana@example.com")
    with auth_app.app_context():
        assert registry.find("aurora").second_factor is None
        assert members.codes(ana) == []


def test_people_are_invited_listed_and_not_invited_after_all(run, auth_app):
    run("create", "aurora", "--name", "Banco Aurora")

    [sent] = run("invite", "aurora", "ana@example.com")

    assert (sent["state"], sent["email"]) == ("waiting", "a•••@example.com")
    with auth_app.app_context():
        [told] = outbox.waiting("ana@example.com")
        assert told.context["link"].startswith("http://localhost:3000/membership?token=")
    assert run("withdraw", sent["id"]) == [{"id": sent["id"], "state": "withdrawn"}]
    assert run("invitations", "aurora", "--state", "waiting") == []
    assert [each["state"] for each in run("invitations", "aurora")] == ["withdrawn"]
    assert run("withdraw", sent["id"]) == "This invitation is no longer good."
    assert run("withdraw", "inv_nothing") == "There is no such invitation."
    assert run("invite", "aurora", "nobody") == "That is not an e-mail address."
