"""By which channels one hears of one's money."""

import pytest

from app.auth.accounts import lookup, papers
from app.auth.database import db
from app.auth.notifications import choices, messages
from app.foundation import clock
from app.foundation.database import kept
from tests.auth.persons import recorded
from tests.support.marks import abuse, mission

ANA = "ana@exemplo.com.br"
CHANNELS = ("mail", "sms", "push")


@pytest.fixture
def proved(app):
    """Ana's e-mail address is proved."""
    with app.app_context(), kept(db):
        lookup.by_email(ANA).email_verified_at = clock.now()


def kept_choices(app):
    with app.app_context():
        return choices.of(lookup.by_email(ANA).id)


def choose(visitor, **boxes):
    page = visitor.open("/account/notices")
    return visitor.submit(page, "notices-form", **boxes)


@mission("S111")
def test_before_anything_is_chosen_mail_and_devices_are_on(come_in, proved):
    page = come_in().open("/account/notices")

    assert page.name[0] == "notices"
    assert "Avisos" in page.text
    fields = page.forms["notices-form"]["fields"]
    on = {name for name in fields if "-" in name and fields[name] is not None}
    assert {f"{kind}-mail" for kind in messages.KINDS} <= on
    assert not any(name.endswith("-sms") for name in on)


@mission("S111")
def test_what_is_chosen_is_kept(come_in, app, proved):
    after = choose(come_in(), **{"received-mail": None, "received-push": None})

    assert "Avisos salvos." in after.text
    assert kept_choices(app)["received"] == dict.fromkeys(CHANNELS, False)
    assert kept_choices(app)["payments"] == {"mail": True, "sms": False, "push": True}
    with app.app_context():
        assert "account:notices:chosen" in [event for event, _ in recorded()]


def test_saving_what_stands_already_leaves_no_line_in_the_record(come_in, app, proved):
    choose(come_in())

    with app.app_context():
        assert "account:notices:chosen" not in [event for event, _ in recorded()]


@abuse("F-13")
@pytest.mark.parametrize("kind", sorted(messages.MUST_TELL))
def test_what_must_be_heard_keeps_a_channel_that_works(come_in, app, proved, kind):
    visitor = come_in()

    refused = choose(visitor, **{f"{kind}-mail": None, f"{kind}-sms": "1"})

    assert refused.status == 422
    assert "escolha pelo menos um jeito" in refused.text
    assert kept_choices(app)[kind]["mail"] is True


def test_a_phone_that_was_proved_will_do(come_in, app, proved):
    with app.app_context(), kept(db):
        ana = lookup.by_email(ANA)
        papers.keep(ana, "phone", "+5511987654321")
        ana.phone_verified_at = clock.now()

    after = choose(come_in(), **{"payments-mail": None, "payments-sms": "1"})

    assert after.status == 200
    assert kept_choices(app)["payments"] == {"mail": False, "sms": True, "push": True}


def test_a_channel_that_does_not_reach_one_says_why(come_in):
    page = come_in().open("/account/notices")

    assert "ainda não confirmou um e-mail" in page.text
    assert "ainda não confirmou um celular" in page.text
    assert "Nenhum aparelho seu mostra avisos" in page.text


def test_fields_that_nobody_offers_change_nothing(come_in, app, proved):
    before = kept_choices(app)

    choose(come_in(), **{"payments-fax": "1", "secrets-mail": "1", "kind": "x"})

    assert kept_choices(app) == before


@abuse("L-10")
def test_a_browser_found_open_changes_nothing(come_in, app, proved, held_clock):
    visitor = come_in()
    page = visitor.open("/account/notices")
    held_clock.shift(20 * 60)

    after = visitor.submit(page, "notices-form", **{"received-mail": None})

    assert after.name[0] != "notices"
    assert kept_choices(app)["received"]["mail"] is True
