"""Settings in force without their secrets, and the sentences that people read for each scope."""

import json

import pytest

from app.auth.consents import scopes as catalogue
from app.auth.consents.scopes import Scope
from app.foundation import settings_shown
from tests.support.marks import abuse, mission

SETTINGS = "/admin/settings"
SECRET = "s3cr3t-canary-0123456789"
NAMES = ("METRICS_TOKEN", "ADMIN_PASSWORD", "MAIL_USERNAME", "MAIL_PASSWORD")


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
class TestSecrets:
    """A server some of whose secrets are known to the test."""

    @pytest.fixture
    def auth_app(self, create_house):
        mail = {"MAIL_SERVER": "smtp.example", "MAIL_FROM": "x@example.com"}
        return create_house("auth", **mail, **dict.fromkeys(NAMES, SECRET))

    @abuse("G-05")
    @mission("S86")
    def test_no_secret_of_the_configuration_stands_in_the_page(self, olga, auth_app):
        pages = [olga.open(f"{SETTINGS}?page={n}").html for n in range(1, 12)]
        pages += [olga.open(f"{SETTINGS}?format={kind}").html for kind in ("csv", "json")]
        sealing = auth_app.config["SEALING_KEYS"].partition(":")[2].partition(",")[0]

        assert "MAIL_SERVER" in "".join(pages)
        for page in pages:
            assert SECRET not in page
            assert sealing not in page

    def test_every_value_tells_where_it_comes_from(self, olga):
        rows = {row["name"]: row for row in json.loads(olga.open(f"{SETTINGS}?format=json").html)}

        told = {"name": "SESSION_SECONDS", "value": "43200", "source": "default"}
        assert rows["SESSION_SECONDS"] == told
        assert rows["METRICS_TOKEN"]["value"] == settings_shown.HIDDEN
        assert rows["ISSUER"]["value"].startswith("http")
        found = json.loads(olga.open(f"{SETTINGS}?format=json&q=login_&source=default").html)
        assert {row["name"][:6] for row in found} == {"LOGIN_"}


@pytest.mark.parametrize("name", ["BROKER_URL", "AUTH_DATABASE_URL", "ANY_NAME"])
def test_an_address_is_shown_without_who_signs_in_there(name):
    value = f"postgresql+psycopg://svc:{SECRET}@db.example:5432/auth?sslkey={SECRET}"

    shown = settings_shown._value(name, value)

    assert shown == "postgresql+psycopg://••••••@db.example:5432/auth?••••••"


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        ("postgresql+psycopg://me:Ab3,xyz9@db/auth", "postgresql+psycopg://••••••@db/auth"),
        ("postgresql://me:Ab3, xyz9@db:5432/auth", "postgresql://••••••@db:5432/auth"),
        ("redis://:12/bsecret@h/0", "redis://••••••@h/0"),
        ("redis://:a@b#c?d@h:6379/0", "redis://••••••@h:6379/0"),
        ("amqp://me:a,b://c@h/v", "amqp://••••••@h/v"),
        (
            "https://id.example,https://me:a,b@conta.example",
            "https://id.example, https://••••••@conta.example",
        ),
        (
            "https://me:s@id.example,https://conta.example",
            "https://••••••@id.example, https://conta.example",
        ),
        ("https://id.example/a?next=b@c", "https://••••••@c"),
        ("me:s,https://id.example@conta.example", "••••••"),
    ],
)
def test_nothing_of_a_password_is_shown_whatever_is_in_it(value, seen):
    assert settings_shown._value("ANY_NAME", value) == seen


def test_a_key_written_anywhere_is_hidden():
    key = "-----BEGIN PRIVATE " + "KEY-----"

    assert settings_shown._value("ANY_NAME", key) == settings_shown.HIDDEN


@pytest.mark.parametrize("name", ["ADMIN_PASSWORD", "METRICS_TOKEN", "SEALING_KEYS"])
def test_a_secret_that_looks_like_an_address_is_not_shown(name):
    assert settings_shown._value(name, "so://or@not") == settings_shown.HIDDEN


def test_each_address_of_several_is_shown():
    value = "https://id.example,https://me:s@conta.example:8443"

    shown = settings_shown._value("WEBAUTHN_ORIGINS", value)

    assert shown == "https://id.example, https://••••••@conta.example:8443"


@mission("S84")
def test_scopes_are_shown_with_their_sentences_in_both_languages(olga):
    rows = {row["name"]: row for row in json.loads(olga.open("/admin/scopes?format=json").html)}

    assert rows["wallet:read"]["title_pt-BR"] != rows["wallet:read"]["title_en"]
    asked = [row for row in rows.values() if row["for"] == "people"]
    assert len(asked) == len(catalogue.CATALOGUE)
    assert all(row[f"{part}_en"] for row in asked for part in ("title", "detail"))
    assert rows["people:resolve"]["for"] == "services"


def test_a_missing_text_is_shown(olga, monkeypatch):
    monkeypatch.setitem(catalogue.EVERY, "untold:scope", Scope("untold:scope"))

    page = olga.open("/admin/scopes?q=untold")

    assert "badge-danger" in page.html
    assert "pt-BR, en" in page.text or "en, pt-BR" in page.text
