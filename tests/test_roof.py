"""Two houses under one roof: who answers which path, and that neither loads the other."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from werkzeug.test import Client, EnvironBuilder, run_wsgi_app

from app.roof import Roof
from tests.support import factories
from tests.support.marks import asvs, mission

ROOT = Path(__file__).parents[1]


def house(name, status="ok", body=None):
    """Return a WSGI application that says who it is and which path it saw."""

    def answer(environ, start_response):
        seen = {"house": name, "path": environ["PATH_INFO"], "under": environ["SCRIPT_NAME"]}
        start_response("200 OK", [("Content-Type", "application/json")])
        return [body or json.dumps(seen | {"status": status, "checks": {}}).encode()]

    return answer


@pytest.fixture
def roof():
    """A roof over two houses and a third thing."""
    made = Roof(house("auth"), house("bank"))
    made.add("demo", house("demo"))
    return made


def ask(roof, path):
    """Ask ``path`` just as it is written."""
    environ = EnvironBuilder("/").get_environ() | {"PATH_INFO": path}
    body, _status, _headers = run_wsgi_app(roof, environ)
    return json.loads(b"".join(body))


ANSWERED = {
    "bank": [
        *("/wallet/me/balance", "/wallet", "/wallet/", "/payments/x", "/atm", "/reports/2026"),
        *("/.well-known/oauth-protected-resource", "//wallet/me/balance"),
        "/.well-known/oauth-protected-resource/wallet",
    ],
    "demo": ["/demo", "/demo/", "/demo/static/demo.css"],
    "auth": [
        *("/", "/oauth/token", "/login", "/account/wallet", "/wallets", "/Wallet", "/atmosphere"),
        *("/.well-known/openid-configuration", "/.well-known", "/demos", "/health/live", "/%77"),
        *("/.well-known/oauth-authorization-server", "/oauth/../wallet", "/docs/wallet"),
    ],
}


@pytest.mark.parametrize("name", ANSWERED)
def test_the_first_segment_of_the_path_says_who_answers(roof, name):
    for path in ANSWERED[name]:
        assert ask(roof, path)["house"] == name, path


def test_the_path_goes_through_untouched(roof):
    for path in (
        "/wallet/a b/balance",
        "/wallet/\xc3\xa1",
        "/demo/x",
        "/oauth/token",
        "//wallet/x",
    ):
        answer = ask(roof, path)
        assert (answer["path"], answer["under"]) == (path, "")


def test_both_are_asked_whether_they_are_ready(roof):
    answer = Client(roof).get("/health/ready")

    assert answer.status_code == 200
    assert answer.get_json()["status"] == "ok"
    assert answer.get_json()["auth"]["house"] == "auth"
    assert answer.get_json()["bank"]["house"] == "bank"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "away",
    [house("x", status="unavailable"), house("x", body=b"<p>500</p>"), house("x", body=b"\n")],
    ids=["away", "a page", "nothing"],
)
def test_the_roof_is_ready_when_both_are(away):
    for made in (Roof(away, house("bank")), Roof(house("auth"), away)):
        answer = Client(made).get("/health/ready")
        assert answer.status_code == 503
        assert answer.get_json()["status"] == "unavailable"


def test_both_houses_are_ready_together_and_a_head_says_so_too(create_house, database_kind):
    houses = create_house("auth"), create_house("bank")
    factories.keys(houses[0])
    made = Client(Roof(*houses))

    ready = made.get("/health/ready")
    head = made.head("/health/ready")

    assert (ready.status_code, head.status_code) == (200, 200)
    told = ready.get_json()
    assert [told[name]["status"] for name in ("auth", "bank")] == ["ok", "ok"]
    assert told["status"] == told["auth"]["checks"]["keys"] == told["bank"]["checks"]["database"]
    assert head.data == b""
    assert head.headers["Content-Length"] == ready.headers["Content-Length"]
    assert made.post("/health/ready").status_code == 405


def test_the_roof_is_not_ready_while_a_database_is_away(create_house):
    away = create_house("bank", url="postgresql+psycopg://x@127.0.0.1:9/none")
    auth = create_house("auth")
    factories.keys(auth)
    made = Client(Roof(auth, away))

    answer = made.get("/health/ready")

    assert answer.status_code == 503
    assert answer.get_json()["auth"]["status"] == "ok"
    assert answer.get_json()["bank"]["checks"]["database"] == "away"
    assert "127.0.0.1" not in answer.text


@mission("S4", "S8")
@pytest.mark.parametrize(("own", "other"), [("auth", "bank"), ("bank", "auth")])
def test_one_house_does_not_load_the_other(own, other):
    program = f"""
import sys
import app.{own}.assembly
loaded = [name for name in sys.modules if name.startswith("app.{other}")]
assert not loaded, loaded
assert not [name for name in sys.modules if name.startswith("dev")]
"""

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr


SERVED = """
import sys
import wsgi
roof = wsgi.both()
print(sorted(roof.others), "dev.demo.mounted" in sys.modules)
"""


PRODUCTION = {
    "ISSUER": "https://auth.bank.example",
    "CPF_VALIDATION": "strict",
    "MAIL_SERVER": "smtp.bank.example",
    "MAIL_FROM": "nao-responda@bank.example",
}


@asvs("15.2.3")
@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"APP_ENV": "development"}, "['demo'] True"),
        (PRODUCTION, "[] False"),
    ],
    ids=["development", "production"],
)
def test_the_demo_is_there_in_development_alone(tmp_path, more, told):
    environment = {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(ROOT),
        "SEALING_KEYS": "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "BANK_CLIENT_SECRET": "the-secret-of-the-bank-in-tests!",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'both.sqlite3'}",
        "DEMO_CLIENT_ID": "cofrinho",
        "DEMO_CLIENT_SECRET": "the-secret-of-the-demo-in-tests!",
    }

    done = subprocess.run(
        [sys.executable, "-c", SERVED],
        cwd=tmp_path,
        env=environment | more,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == told
