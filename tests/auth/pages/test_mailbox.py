"""The mailbox of a developer's machine: what was sent, newest first, to everybody or to one."""

import pytest

from app.auth.database import db
from app.auth.notifications import delivery, post
from app.auth.pages import mailbox
from app.foundation.database import kept
from tests.support.marks import mission
from tests.support.steps import HTML

ANA, EVA = "ana@example.com", "eva@example.com"
PHONE = "+5511987654321"


@pytest.fixture
def sent(auth_app):
    """Put messages in the outbox and deliver them: ``sent(post.mail, …)``."""

    def send(put, message, to, **context):
        with auth_app.app_context():
            with kept(db):
                put(message, to, **context or {"code": "493027", "minutes": 10})
            delivery.deliver_due()

    return send


@mission("S72")
def test_programs_get_a_list_newest_first(client, sent):
    sent(post.mail, "confirm_email", ANA)
    sent(post.sms, "confirm_phone", PHONE, code="111222", minutes=5)

    newest, oldest = client.get("/dev/mailbox").json

    assert set(newest) == {"to", "channel", "subject", "text"}
    assert (newest["to"], newest["channel"]) == (PHONE, "sms")
    assert "111222" in newest["text"]
    assert (oldest["to"], oldest["channel"]) == (ANA, "mail")
    assert oldest["subject"] == "Confirme seu e-mail"
    assert "493027" in oldest["text"]


@pytest.mark.parametrize(
    ("to", "found"),
    [(ANA, [ANA]), ("ANA@example.com", [ANA]), (PHONE, [PHONE]), ("5511987654321", [PHONE]),
     ("nobody@example.com", []), ("' OR 1=1", [])],
)  # fmt: skip
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_one_address_or_number_is_asked_for(client, sent, to, found):
    sent(post.mail, "confirm_email", ANA)
    sent(post.mail, "confirm_email", EVA)
    sent(post.sms, "confirm_phone", PHONE)

    for query in ({"to": to}, f"to={to}"):  # a plus that nobody escaped arrives as a space
        answer = client.get("/dev/mailbox", query_string=query)
        assert [each["to"] for each in answer.json] == found


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_people_get_a_page_with_the_codes_marked(client, sent):
    sent(post.mail, "confirm_email", ANA)

    page = client.get("/dev/mailbox", headers=HTML)

    assert page.status_code == 200
    assert 'data-page="mailbox"' in page.text
    assert "<mark>493027</mark>" in page.text
    assert "Nada foi enviado para x@y.example" in client.get(
        "/dev/mailbox?to=x@y.example", headers=HTML
    ).text.replace("&#64;", "@")


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_waits_still_is_not_there(auth_app, client):
    with auth_app.app_context(), kept(db):
        post.mail("confirm_email", ANA, code="493027", minutes=10)

    assert client.get("/dev/mailbox").json == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_it_is_shown_page_by_page(client, sent, monkeypatch):
    monkeypatch.setattr(mailbox, "PAGE", 2)
    for number in range(5):
        sent(post.mail, "confirm_email", f"p{number}@example.com")

    pages = [client.get(f"/dev/mailbox?page={n}").json for n in (1, 2, 3, 4, "x", -3)]

    assert [[each["to"][:2] for each in page] for page in pages] == [
        *(["p4", "p3"], ["p2", "p1"], ["p0"], [], ["p4", "p3"], ["p4", "p3"]),
    ]
    middle = client.get("/dev/mailbox?page=2", headers=HTML).text
    assert 'rel="prev"' in middle
    assert 'rel="next"' in middle


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_somebody_chose_is_shown_as_text(auth_app, client, sent):
    with auth_app.app_context():
        at = delivery.clock.now()
    sent(post.mail, "passkey_added", ANA, name="<script>alert(1)</script>", at=at)

    page = client.get("/dev/mailbox", headers=HTML).text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
