"""Members are listed, admitted and released; people are invited, and join by what was mailed."""

import json
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from app.auth.accounts import lookup
from app.auth.audit.models import AuditRecord
from app.auth.database import db
from app.auth.flows import sign_out  # noqa: F401 (its verbs are the pages')
from app.auth.institutions import invitations, members
from app.auth.institutions.models import InstitutionInvitation
from app.foundation import digests
from app.foundation.database import kept
from tests.auth import outbox, stage
from tests.auth.admin.conftest import PASSWORD
from tests.support.marks import abuse, mission

MEMBERS = "/admin/institutions/aurora/members"
INVITATIONS = "/admin/institutions/aurora/invitations"
ANA = "ana@exemplo.com.br"


@pytest.fixture
def link(app):
    """The address in the last mail of an invitation to somebody: ``link(ANA)``."""

    def read(to=ANA):
        with app.app_context():
            told = [each for each in outbox.waiting(to) if each.name == "invitation"][-1]
        parts = urlsplit(told.context["link"])
        return f"{parts.path}?{parts.query}"

    return read


@pytest.fixture
def invited(bea, link):
    """Bea invites Ana: the address that was mailed."""
    after = bea.submit(bea.open(INVITATIONS), "invite-form", email="Ana@exemplo.com.br")
    assert after.address == f"{INVITATIONS}?done=invited"
    return link("Ana@exemplo.com.br")


def events(app, *names):
    """What the record says of these, in order."""
    with app.app_context():
        rows = select(AuditRecord).where(AuditRecord.event.in_(names)).order_by(AuditRecord.seq)
        return [(row.event, row.actor, row.subject, row.data) for row in db.session.scalars(rows)]


@mission("S57", "S84")
def test_an_address_is_invited_and_becomes_a_member_once(
    app, office, invited, proved, codes_of, sub_of
):
    proved("ana")
    browser = office(None)
    page = browser.sign_in(browser.open(invited), ANA, PASSWORD)
    assert (page.status, page.name[0]) == (200, "membership")
    assert "Banco Aurora" in page.text
    assert codes_of("ana") == []

    after = browser.submit(page, "membership-form")

    assert after.address == "/account?done=membership"
    assert codes_of("ana") == ["aurora"]
    [_, told] = events(app, "account:membership:given")
    assert told[1:3] == (sub_of("ana"), sub_of("ana"))
    again = browser.submit(page, "membership-form")
    assert (again.status, again.name[0]) == (410, "membership-over")
    assert office("olga").open(invited).status == 410
    assert len(events(app, "account:membership:given")) == 2


@mission("S57")
def test_who_has_no_account_joins_and_comes_back_to_the_invitation(app, bea, office, link):
    bea.submit(bea.open(INVITATIONS), "invite-form", email="nova@exemplo.com.br")
    browser = office(None)
    login = browser.open(link("nova@exemplo.com.br"))
    register = browser.open(login.elements["register-link"]["href"])
    typed = {"full_name": "Nova Lima", "email": "nova@exemplo.com.br", "password": PASSWORD}
    typed |= {"birth_date": "15/01/1990", "phone": "(11) 98765-4321", "terms": "yes"}
    typed |= {"cpf": "123.456.789-09"}
    verify = browser.submit(register, "register-form", **typed)
    with app.app_context():
        code = outbox.code("nova@exemplo.com.br")
    page = browser.submit(verify, "verify-form", code=code)
    if page.name[0] == "verify":  # the phone can wait
        page = browser.submit(page, "later-form")

    assert page.name[0] == "membership", page.text
    browser.submit(page, "membership-form")
    with app.app_context():
        assert members.codes(lookup.by_email("nova@exemplo.com.br").id) == ["aurora"]


@abuse("V-06")
def test_an_invitation_is_only_for_who_has_proved_its_address(
    app, office, invited, proved, codes_of
):
    otto, ana = office(None), office(None)
    theirs = otto.sign_in(otto.open(invited), "otto@exemplo.com.br", PASSWORD)
    unproved = ana.sign_in(ana.open(invited), ANA, PASSWORD)

    assert (theirs.status, unproved.status) == (403, 403)
    assert "a•••@exemplo.com.br" in theirs.text
    assert ANA not in theirs.html
    for browser, page in ((otto, theirs), (ana, unproved)):
        token = page.forms["membership-leave-form"]["fields"]["csrf_token"]
        sent = browser.client.post(page.address, data={"csrf_token": token})
        assert sent.status_code == 403
    assert (codes_of("otto"), codes_of("ana")) == ([], [])


@abuse("V-07")
def test_the_link_is_needed_and_known_by_its_digest_alone(app, office, invited, proved, codes_of):
    proved("ana")
    with app.app_context():
        [row] = db.session.scalars(select(InstitutionInvitation))
        secret = invited.partition("token=")[2]
        assert bytes(row.link_digest) == digests.of(secret)
    browser = office(None)
    page = browser.sign_in(browser.open(invited), ANA, PASSWORD)
    with app.app_context():
        kept_rows = [str(r) for r in db.session.execute(db.text("SELECT * FROM interactions"))]

    assert not any(secret in each for each in kept_rows)
    other = office(None)
    elsewhere = other.sign_in(other.open(page.address), ANA, PASSWORD)
    assert (elsewhere.status, elsewhere.name[0]) == (410, "membership-over")
    for address in ("/membership", "/membership?token=", "/membership?token=" + "x" * 300):
        assert other.open(address).status == 410
    assert codes_of("ana") == []


def test_an_invitation_ends_by_time_by_hand_and_by_the_next(
    held_clock, app, bea, link, invited, office
):
    held_clock.shift(1)
    bea.submit(bea.open(INVITATIONS), "invite-form", email=ANA)
    second = link(ANA)
    assert (office(None).open(invited).status, office(None).open(second).status) == (410, 200)

    [row] = [each for each in bea.open(INVITATIONS).links if each and "/withdraw" in each]
    gone = bea.submit(bea.open(row), "institution-withdraw-form")
    assert gone.address == f"{INVITATIONS}?done=withdrawn"
    assert office(None).open(second).status == 410
    held_clock.shift(1)
    bea.submit(bea.open(INVITATIONS), "invite-form", email=ANA)
    third = link(ANA)
    held_clock.shift(timedelta(days=7, seconds=1))

    assert office(None).open(third).status == 410
    bea.enter("bea", INVITATIONS)
    rows = json.loads(bea.open(f"{INVITATIONS}?format=json").html)
    assert [each["state"] for each in rows] == ["expired", "withdrawn", "withdrawn"]
    assert {each["email"] for each in rows} == {"a•••@exemplo.com.br"}
    names = ("institution:invitation:sent", "institution:invitation:withdrawn")
    assert [each[0] for each in events(app, *names)] == [names[0], names[0], names[1], names[0]]


@abuse("V-04")
def test_nobody_is_bombed_with_invitations(bea, office):
    tries = [
        bea.submit(bea.open(INVITATIONS), "invite-form", email=email).status
        for email in (ANA, ANA, ANA, ANA, "nobody", "sol@exemplo.com.br\nBcc: x@example.com")
    ]

    assert tries == [200, 200, 200, 429, 422, 422]


def test_of_many_who_accept_at_once_one_does(app, bea, invited, proved):
    proved("ana")

    def accept(_number):
        with kept(db):
            [row] = db.session.scalars(select(InstitutionInvitation))
            return invitations.accept(row.id, lookup.by_email(ANA))

    got = stage.all_at_once(app, accept, 8)

    assert got.count("aurora") == 1
    assert sum(isinstance(each, invitations.Over) for each in got) == 7
    assert len(events(app, "account:membership:given")) == 2


@mission("S84")
def test_members_are_listed_masked_found_released_and_admitted_by_the_house(
    app, bea, olga, banks, codes_of, sub_of
):
    page = olga.submit(olga.open(MEMBERS), "admit-form", who=ANA)
    assert page.address == f"{MEMBERS}?done=admitted"
    assert olga.submit(olga.open(MEMBERS), "admit-form", who="nobody").status == 422
    assert codes_of("ana") == ["aurora"]

    listed = bea.open(MEMBERS)
    assert "Ana Prado" in listed.text
    assert ANA not in listed.html
    found = json.loads(bea.open(f"{MEMBERS}?q={ANA}&format=json").html)
    assert [each["sub"] for each in found] == [sub_of("ana")]
    assert json.loads(bea.open(f"{MEMBERS}?q=otto@exemplo.com.br&format=json").html) == []

    ask = bea.open(f"{MEMBERS}/{sub_of('ana')}/release")
    assert bea.submit(ask, "institution-release-form").address == f"{MEMBERS}?done=released"
    assert codes_of("ana") == []
    assert bea.open(f"{MEMBERS}/{sub_of('ana')}/release").status == 404
    assert bea.open(f"{MEMBERS}/{sub_of('otto')}/release").status == 404


@mission("S84")
def test_who_runs_one_institution_takes_nobody_in_without_their_word(bea, codes_of):
    assert "admit-form" not in bea.open(MEMBERS).forms
    token = bea.open(MEMBERS).forms["sign-out-form"]["fields"]["csrf_token"]

    for who in (ANA, "nobody@exemplo.com.br"):
        sent = bea.client.post(MEMBERS, data={"csrf_token": token, "who": who})
        assert sent.status_code == 403
    assert codes_of("ana") == []
