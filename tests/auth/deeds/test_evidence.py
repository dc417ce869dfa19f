"""The proof of an answer to a deed holds by itself; the database lets nobody change it."""

import base64
import hashlib
import json

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError

from app.auth.accounts import closing, lookup
from app.auth.database import db
from app.auth.deeds import deciding, evidence, pending
from app.auth.deeds.models import Approval
from app.auth.factors.webauthn.ceremonies import ALGORITHMS
from app.auth.flows.account import export_data
from app.foundation import clock
from app.foundation.database import kept
from tests.auth import persons, stage
from tests.auth.factors.authenticator import Authenticator
from tests.support import deeds, factories
from tests.support.marks import abuse, mission


@pytest.fixture
def bank(auth_app):
    """A bank; and keys of our own, for the statement."""
    factories.keys(auth_app)
    return deeds.serve(auth_app)


@pytest.fixture
def here(auth_context):
    """Ana is here."""
    return stage.come_in(persons.open_account())


@pytest.fixture
def answered(here, bank):
    """Keep an answer of Ana's: ``answered("approved", …)``; return its id."""

    def keep(decision="refused", **proof):
        claims = bank.deed(here.sub, "shop")
        deed = pending.judged(bank.sign(claims), "shop")
        with kept(db):
            return deciding.decide(deed, here, decision, **proof)

    return keep


def raw(value):
    return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))


def holds(jwk, message, signature):
    """Is it the key's? Written with no code of ours."""
    numbers = (int.from_bytes(raw(jwk[part]), "big") for part in ("x", "y"))
    key = ec.EllipticCurvePublicNumbers(*numbers, ec.SECP256R1()).public_key()
    key.verify(signature, message, ec.ECDSA(hashes.SHA256()))


def jws_holds(jws, keys):
    """Return what it says, once its signature holds."""
    message, _, signature = jws.rpartition(".")
    header, payload = (json.loads(raw(part)) for part in message.split("."))
    [jwk] = [key for key in keys["keys"] if key["kid"] == header["kid"]]
    halves = (int.from_bytes(half, "big") for half in (raw(signature)[:32], raw(signature)[32:]))
    holds(jwk, message.encode(), encode_dss_signature(*halves))
    return payload


@mission("S79")
def test_each_signature_of_it_holds_by_the_key_beside_it(here, bank, auth_app):
    key = Authenticator()
    claims = bank.deed(here.sub, "shop")
    deed = pending.judged(bank.sign(claims), "shop")
    shown = json.loads(key.show(json.dumps({"challenge": evidence._b64(deed.digest)})))
    response = {name: raw(value) for name, value in shown["response"].items() if value}
    with kept(db):
        made = deciding.decide(
            deed,
            here,
            "approved",
            method="passkey",
            credential_id=key.id,
            public_key=key._public(-7),
            client_data=response["clientDataJSON"],
            authenticator_data=response["authenticatorData"],
            signature=response["signature"],
            rp_id="localhost",
            origin="http://localhost:3000",
        )

    told = json.loads(json.dumps(evidence.exported(made)))

    canonical = told["canonical_deed"]
    assert json.loads(canonical) == jws_holds(told["deed"], told["bank_keys"]) == claims
    digest = hashlib.sha256(canonical.encode()).digest()
    assert raw(told["digest"]) == digest
    passkey = told["passkey"]
    client = json.loads(raw(passkey["client_data"]))
    assert (client["type"], raw(client["challenge"])) == ("webauthn.get", digest)
    signed = raw(passkey["authenticator_data"])
    signed += hashlib.sha256(raw(passkey["client_data"])).digest()
    holds(passkey["public_key"], signed, raw(passkey["signature"]))
    with pytest.raises(InvalidSignature):
        holds(passkey["public_key"], signed + b"x", raw(passkey["signature"]))
    stated = jws_holds(told["statement"], told["issuer_keys"])
    assert {stated[name] for name in ("id", "decision", "method")} == {made, "approved", "passkey"}
    assert (stated["digest"], stated["decided_at"]) == (told["digest"], told["decided_at"])
    rest = {name: told[name] for name in told if name not in {"statement", "issuer_keys"}}
    written = json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert raw(stated["document"]) == hashlib.sha256(written.encode()).digest()
    assert told["record"]["event"] == "approval:deed:approved"
    assert told["code"] is None
    assert len(ALGORITHMS) == 3  # each of which has a name in the export


def test_a_refusal_is_proved_by_the_statement_alone(answered):
    told = evidence.exported(answered())

    assert (told["decision"], told["method"]) == ("refused", None)
    assert told["passkey"] is told["code"] is None
    assert told["record"]["event"] == "approval:deed:refused"


@abuse("F-14")
def test_a_deed_is_decided_once_for_ever(here, bank):
    claims = bank.deed(here.sub, "shop")
    deed = pending.judged(bank.sign(claims), "shop")
    with kept(db):
        deciding.decide(deed, here, "refused")

    with pytest.raises(deciding.Decided):
        deciding.decide(deed, here, "approved", method="passkey")

    assert deciding.is_decided(deed.id)


@abuse("F-14")
def test_of_many_answers_at_once_one_is_kept(auth_app, here, bank):
    claims = bank.deed(here.sub, "shop")
    deed = pending.judged(bank.sign(claims), "shop")

    def decide(number):
        with kept(db):
            return deciding.decide(deed, here, "refused" if number % 2 else "approved")

    got = stage.all_at_once(auth_app, decide, 12)

    assert len([each for each in got if isinstance(each, str)]) == 1
    assert len([each for each in got if isinstance(each, deciding.Decided)]) == 11


@mission("S79")
@pytest.mark.parametrize(
    "deed",
    [
        update(Approval).values(decision="approved"),
        delete(Approval),
        text("INSERT INTO approvals SELECT * FROM approvals"),
    ],
    ids=["changed", "removed", "doubled"],
)
def test_no_line_is_changed_or_removed(answered, deed):
    answered()

    with pytest.raises(DBAPIError), kept(db):
        db.session.execute(deed)

    assert len(evidence.listed()) == 1


def test_who_is_erased_leaves_what_they_approved(answered, here):
    made = answered()
    with kept(db):
        lookup.held(here.user_id).closes_at = clock.now()

    with kept(db):
        assert closing.erase(here.user_id)

    assert evidence.exported(made)["sub"] == here.sub


def test_a_copy_of_all_we_know_of_a_person_has_their_answers(answered, here):
    made = answered()

    [row] = export_data.of(here.user_id)["held"]["approvals"]

    assert (row["id"], row["decision"]) == (made, "refused")
    assert "text_digest" not in row


def run(app, *arguments):
    return app.test_cli_runner().invoke(args=["evidence", *arguments])


def test_the_commands_list_and_export(auth_app, answered, here):
    made = answered()
    db.session.rollback()

    [row] = json.loads(run(auth_app, "list", "--sub", here.sub, "--json").stdout)
    exported = json.loads(run(auth_app, "export", made).stdout)
    unknown = run(auth_app, "export", "apr_0")

    assert (row["id"], row["amount"], row["type"]) == (made, 125_000, "wallet_transfer")
    assert json.loads(run(auth_app, "list", "--sub", "x", "--json").stdout) == []
    assert exported["id"] == made
    assert exported["version"] == 1
    assert unknown.exit_code == 1
    assert "There is no evidence of that id." in unknown.output


def test_evidence_is_told_in_universal_time(answered):
    told = evidence.exported(answered())

    assert told["decided_at"].endswith("Z")
    assert told["decided_at"][:4] == str(clock.now().year)
