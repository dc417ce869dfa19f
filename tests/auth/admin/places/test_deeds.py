"""Answers to deeds are found within one's reach, their proof is checked and taken away."""

import json
from pathlib import Path

import pytest

from app.auth.database import db
from app.auth.deeds import verification
from app.auth.retention import person_keys
from app.foundation.database import kept
from tests.auth.admin.places.conftest import b64, raw
from tests.support.marks import mission

DEEDS = "/admin/deeds"
GOOD = sorted((Path(__file__).parents[4] / "vectors" / "good").glob("*.json"))


def rows(browser, asked=""):
    """The answers that fit, as the file has them."""
    return json.loads(browser.open(f"{DEEDS}?format=json&{asked}").html)


@mission("S79", "S84")
def test_answers_are_found_within_reach_and_shown_with_their_proof(olga, bea, answered):
    assert {row["id"] for row in rows(olga)} == set(answered.values())
    assert [row["id"] for row in rows(olga, "decision=refused")] == [answered["otto"]]
    assert [row["id"] for row in rows(olga, "q=ana@exemplo.com.br")] == [answered["ana"]]
    assert [row["id"] for row in rows(olga, f"q={answered['otto']}")] == [answered["otto"]]
    assert [row["id"] for row in rows(bea)] == [answered["ana"]]

    page = bea.open(f"{DEEDS}/{answered['ana']}")

    assert page.status == 200
    assert "finding-bad" not in page.html
    assert page.html.count("finding-good") == 7
    assert bea.open(f"{DEEDS}/{answered['otto']}").status == 404
    assert bea.open(f"{DEEDS}/{answered['otto']}/evidence.json").status == 404


@mission("S79")
def test_the_proof_is_taken_away_and_who_took_it_is_told(bea, answered, recorded, sub_of):
    answer = bea.client.get(f"{DEEDS}/{answered['ana']}/evidence.json", headers=bea.headers)

    document = json.loads(answer.text)
    assert document["id"] == answered["ana"]
    assert "attachment" in answer.headers["Content-Disposition"]
    claims = json.loads(document["canonical_deed"])
    assert ("approval:evidence:taken", sub_of("bea")) in recorded(claims["jti"])


@mission("S79")
@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_what_an_auditor_believes_holds_and_what_was_changed_does_not(path):
    document = json.loads(path.read_text())

    def found(**changed):
        return {check.name: check.holds for check in verification.checks(document | changed)}

    assert set(found().values()) <= {True, None}
    for name, changed in (("digest", "x" * 43), ("sub", "another"), ("client_id", "another")):
        assert False in found(**{name: changed}).values(), name
    other = found(canonical_deed=document["canonical_deed"].replace('"amount":', '"amount":1'))
    assert other["bank"] is other["digest"] is False
    if document["passkey"]:
        signed = bytearray(raw(document["passkey"]["authenticator_data"]))
        signed[-1] ^= 1
        changed = document["passkey"] | {"authenticator_data": b64(signed)}
        assert found(passkey=changed)["passkey"] is False


@mission("S79")
def test_what_was_erased_since_is_still_told_to_have_been_answered(app, olga, answered, sub_of):
    with app.app_context(), kept(db):
        assert person_keys.destroy(sub_of("ana"))

    told = {row["id"]: row["amount"] for row in rows(olga)}
    listed = olga.open(DEEDS)
    shown = olga.open(f"{DEEDS}/{answered['ana']}")
    taken = olga.open(f"{DEEDS}/{answered['ana']}/evidence.json")

    assert told == {answered["ana"]: None, answered["otto"]: told[answered["otto"]]}
    assert listed.text.count("Um pedido que não se pode mais ler") == 1
    assert (shown.status, taken.status) == (200, 410)
    assert "deed-evidence" not in shown.elements
    assert "foi apagado" in shown.text
