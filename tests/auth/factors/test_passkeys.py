"""Passkeys: made, shown, and every ceremony that does not hold refused (WebAuthn Level 3 §7)."""

import json

import pytest
from flask import g

from app.auth.audit import events
from app.auth.database import db
from app.auth.factors import passkey_creation, passkeys
from app.auth.factors.webauthn import ceremonies
from app.auth.factors.webauthn.ceremonies import Refused
from app.foundation import ids
from app.foundation.database import kept
from tests.auth import persons, stage
from tests.auth.factors.authenticator import PRESENT, VERIFIED, Authenticator
from tests.support.marks import abuse, asvs, mission, rfc

GOOGLE = bytes.fromhex("ea9b8d664d011d213ce4b6b48cb575d4")
EVIL = "https://evil.example"


@pytest.fixture
def here(auth_app):
    """A request of one browser, for its cookie."""
    with auth_app.test_request_context("/"):
        yield auth_app


@pytest.fixture
def ana(here):
    return persons.open_account()


@pytest.fixture
def bia(here):
    return persons.open_account("bia@example.com")


def create(user, device, answer=None, name="This one"):
    answer = answer or device.create(passkey_creation.request(user))
    with kept(db):
        return passkey_creation.create(user.id, answer, name="", device=name)


@pytest.fixture
def device(ana):
    """An authenticator with a passkey of Ana's."""
    made = Authenticator()
    create(ana, made)
    return made


def recognised(answer):
    with kept(db):
        return passkeys.recognise(answer).user_id


def verified(user, answer):
    with kept(db):
        return passkeys.verify(user.id, answer)


@mission("C7")
@rfc("WebAuthn L3", "7.2")
def test_a_passkey_signs_its_person_in_without_a_name(ana, device):
    assert passkeys.is_enrolled(ana.id)
    assert recognised(device.show(passkeys.sign_in_request())) == ana.id
    assert verified(ana, device.show(passkeys.challenge(ana.id)))
    assert passkeys.of(ana.id)[0].last_used_at


@rfc("WebAuthn L3", "7.1")
def test_what_is_asked_for_is_discoverable_and_verified(ana, device):
    asked = json.loads(passkey_creation.request(ana))

    chosen = asked["authenticatorSelection"]
    assert (chosen["residentKey"], chosen["userVerification"]) == ("required", "required")
    assert {each["alg"] for each in asked["pubKeyCredParams"]} == {-7, -8, -257}
    assert len(asked["excludeCredentials"]) == 1
    assert json.loads(passkeys.sign_in_request())["allowCredentials"] == []


@abuse("W-01")
@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": EVIL},
        {"origin": "http://localhost:3001"},
        {"origin": "http://localhost:3000.evil.example"},
        {"rp_id": "evil.example"},
        {"rp_id": ""},
        {"crossOrigin": True},
    ],
)
def test_a_foreign_origin_or_domain_is_refused(ana, device, wrong):
    with pytest.raises(Refused):
        recognised(device.show(passkeys.sign_in_request(), **wrong))
    with pytest.raises(Refused):
        create(ana, None, Authenticator().create(passkey_creation.request(ana), **wrong))


@abuse("W-02")
def test_a_challenge_for_one_purpose_serves_no_other(ana, device):
    asked = {
        "create": passkey_creation.request(ana),
        "sign_in": passkeys.sign_in_request(),
        "show": passkeys.challenge(ana.id),
    }

    for name in ("create", "show"):
        with pytest.raises(Refused):
            recognised(device.show(asked[name]))
    for name in ("create", "sign_in"):
        with pytest.raises(Refused):
            verified(ana, device.show(asked[name]))
    for name in ("sign_in", "show"):
        creating = json.dumps(
            json.loads(asked["create"]) | {"challenge": json.loads(asked[name])["challenge"]}
        )
        with pytest.raises(Refused):
            create(ana, None, Authenticator().create(creating))


@abuse("W-02")
def test_the_type_of_the_ceremony_is_checked(ana, device):
    with pytest.raises(Refused):
        recognised(device.show(passkeys.sign_in_request(), type="webauthn.create"))
    answer = Authenticator().create(passkey_creation.request(ana), type="webauthn.get")
    with pytest.raises(Refused):
        create(ana, None, answer)


@asvs("6.7.2")
@abuse("W-02")
def test_a_challenge_is_good_once(ana, device):
    asked = passkeys.sign_in_request()
    recognised(device.show(asked, count=1))

    with pytest.raises(Refused):
        recognised(device.show(asked, count=2))


@abuse("W-02")
def test_of_many_who_show_one_answer_at_once_one_is_let_in(ana, device, here):
    answer = device.show(passkeys.sign_in_request())
    browser_id = ceremonies.browser.id()

    def show(_):
        with here.test_request_context("/", headers={"Cookie": f"browser_3000={browser_id}"}):
            return recognised(answer)

    got = stage.all_at_once(here, show, 8)

    assert got.count(ana.id) == 1
    assert sum(isinstance(each, Refused) for each in got) == 7


@abuse("W-02")
def test_a_challenge_is_good_for_its_browser_person_and_time(held_clock, ana, bia, device):
    signing_in, hers = passkeys.sign_in_request(), passkeys.challenge(ana.id)

    with pytest.raises(Refused):
        verified(bia, device.show(hers))
    mine, g.browser_id = g.browser_id, ids.secret()
    with pytest.raises(Refused):
        recognised(device.show(signing_in))
    g.browser_id = mine
    late = passkeys.sign_in_request()
    held_clock.shift(1800)
    with pytest.raises(Refused):
        recognised(device.show(late))


@asvs("6.7.2")
@pytest.mark.parametrize("challenge", ["", "AAAA", "eHgueHgueHg", "x" * 4000, "1.2.3"])
@abuse("W-02")
def test_a_challenge_nobody_gave_is_refused(device, challenge):
    with pytest.raises(Refused):
        recognised(device.show(json.dumps({"challenge": challenge})))


@asvs("16.3.3")
@abuse("W-05")
@pytest.mark.parametrize("count", [5, 4, 0])
def test_a_counter_that_does_not_grow_is_refused_and_recorded(ana, device, count):
    recognised(device.show(passkeys.sign_in_request(), count=5))

    with pytest.raises(Refused):
        recognised(device.show(passkeys.sign_in_request(), count=count))

    assert persons.recorded()[-1] == (events.PASSKEY_COUNT_WENT_BACK, passkeys.of(ana.id)[0].id)
    assert recognised(device.show(passkeys.sign_in_request(), count=6)) == ana.id


@abuse("W-05")
def test_a_counter_that_is_always_nought_tells_nothing(ana, device):
    for _ in range(2):
        assert recognised(device.show(passkeys.sign_in_request(), count=0)) == ana.id


@abuse("W-08")
def test_who_was_not_verified_by_the_device_is_refused(ana, device):
    with pytest.raises(Refused):
        recognised(device.show(passkeys.sign_in_request(), flags=PRESENT))
    with pytest.raises(Refused):
        recognised(device.show(passkeys.sign_in_request(), flags=VERIFIED))
    with pytest.raises(Refused):
        create(ana, None, Authenticator().create(passkey_creation.request(ana), flags=PRESENT))


@asvs("2.2.2")
@abuse("W-08")
@pytest.mark.parametrize("alg", [-65535, -37, -35, 0, 99])
def test_an_algorithm_that_was_not_offered_is_refused(ana, alg):
    with pytest.raises(Refused):
        create(ana, None, Authenticator().create(passkey_creation.request(ana), alg=alg))


@abuse("W-08")
def test_a_passkey_of_one_device_does_not_become_a_synced_one(ana, device):
    with pytest.raises(Refused):
        recognised(device.show(passkeys.sign_in_request(), flags=device.flags | 0x18))


def test_a_passkey_of_another_person_is_unknown(ana, bia, device):
    with pytest.raises(passkeys.Unknown):
        verified(bia, device.show(passkeys.challenge(bia.id)))


@pytest.mark.parametrize("handle", [None, "", "dXNlcjoy", "AAAA"])
def test_a_passkey_that_names_another_person_is_unknown(ana, device, handle):
    with pytest.raises(Refused):
        recognised(device.show(passkeys.sign_in_request(), handle=handle))


def test_a_signature_by_another_key_is_refused(ana, device):
    device.key = Authenticator().key

    with pytest.raises(Refused):
        recognised(device.show(passkeys.sign_in_request()))


def test_the_same_passkey_is_kept_once(ana, bia, device):
    with pytest.raises(passkey_creation.Already):
        create(ana, device)
    with pytest.raises(passkey_creation.Already):
        create(bia, device)

    assert len(passkeys.of(ana.id)) == 1
    assert not passkeys.is_enrolled(bia.id)


def test_a_passkey_is_called_by_its_maker_or_its_device(ana):
    named = create(ana, Authenticator(GOOGLE, synced=True))
    plain = create(ana, Authenticator(), name="Linux, Chrome")

    assert (named.name, named.synced, named.backed_up) == ("Google Password Manager", True, True)
    assert (plain.name, plain.synced) == ("Linux, Chrome", False)
    assert passkeys.methods(named) == "swk user mfa"
    assert passkeys.methods(plain) == "hwk user mfa"


def test_a_removed_passkey_is_unknown(ana, device):
    answer = device.show(passkeys.sign_in_request())
    with kept(db):
        passkeys.remove(ana.id, passkeys.of(ana.id)[0].id)

    with pytest.raises(passkeys.Unknown):
        recognised(answer)


def test_nobody_renames_or_removes_the_passkey_of_another(ana, bia, device):
    hers = passkeys.of(ana.id)[0].id

    for deed in (lambda: passkeys.rename(bia.id, hers, "x"), lambda: passkeys.remove(bia.id, hers)):
        with pytest.raises(passkeys.NotFound):
            deed()


@pytest.mark.parametrize(
    "answer",
    ["", "{", "null", "[]", "1", '{"id": 1}', '{"response": {}}', "x" * 99_999]
    + [json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": r}) for r in (
        {}, 1, None, [], {"clientDataJSON": "AA"}, {"clientDataJSON": 1, "attestationObject": 2},
        {"clientDataJSON": "e30", "authenticatorData": "AA", "signature": "AA"},
        {"clientDataJSON": "bnVsbA", "attestationObject": "AA", "transports": 7},
        {"clientDataJSON": "eyJjaGFsbGVuZ2UiOjF9", "authenticatorData": "é", "signature": "\x00"},
    )],
)  # fmt: skip
def test_what_is_no_answer_is_refused(ana, answer):
    with pytest.raises(Refused):
        recognised(answer)
    with pytest.raises(Refused):
        create(ana, None, answer or "{}")


def test_what_a_ceremony_signs_may_be_garbage_in_every_place(ana, device):
    good = json.loads(device.show(passkeys.sign_in_request()))

    for field in ("authenticatorData", "signature", "clientDataJSON"):
        for garbage in ("", "AA", "A" * 99, "____", good["response"][field][:20]):
            fresh = json.loads(device.show(passkeys.sign_in_request()))
            fresh["response"][field] = garbage
            with pytest.raises(Refused):
                recognised(json.dumps(fresh))
    made = json.loads(Authenticator().create(passkey_creation.request(ana)))
    for garbage in ("", "AA", "A" * 99, "oA", made["response"]["attestationObject"][:60]):
        fresh = json.loads(Authenticator().create(passkey_creation.request(ana)))
        fresh["response"]["attestationObject"] = garbage
        with pytest.raises(Refused):
            create(ana, None, json.dumps(fresh))
