"""``docs/log-out-everywhere.md``, typed word for word; and its sample, asked to believe lies."""

import importlib.util
import json
import time
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.journeys.visitor import Visitor, answers
from tests.support import services, typed
from tests.support.marks import abuse, asvs, rfc

DOCS = Path(__file__).parents[2] / "docs"
ISSUER = "https://id.banco.example"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def later(tmp_path):
    """A server that is started when its folder has what the page puts there."""
    server = typed.Served(tmp_path, later=True)
    yield server
    server.stop()


@pytest.fixture
def terminal(later):
    """A terminal in that folder."""
    opened = typed.Shell(later.folder, later.environment)
    yield opened
    opened.close()


def sign_in_and_out(demo, person):
    """Do what the page says with the browser."""
    services.wait_for(lambda: answers(demo), "the demo")
    visitor, (email, password) = Visitor(), person
    page = visitor.send(visitor.go(demo), "sign-in-form")
    page = visitor.send(page, "login-form", username=email, password=password)
    visitor.send(page, "consent-form")
    page = visitor.send(visitor.go(f"{demo}sign-out"), "sign-out-form")
    assert 'id="signed-out"' in page.text


def test_logging_out_everywhere_works_word_for_word(later, terminal, tmp_path):
    demo, listener = services.free_port(), services.free_port()
    client = (DOCS / "samples/logout-client.json").read_text()
    mine = tmp_path / "logout-client.json"
    mine.write_text(client.replace("4000", str(demo)).replace("4443", str(listener)))
    here = [
        ("docs/samples/logout-client.json", str(mine)),
        ("localhost:3000", f"localhost:{later.port}"),
        ("4000", str(demo)),
        ("4443", str(listener)),
    ]

    def start():
        later.start()
        later.wait()

    def bring(_printed):
        sign_in_and_out(f"http://localhost:{demo}/demo/", later.person)
        return "cat instance/heard.txt"

    pasted = {"cat instance/heard.txt": bring}
    page = "docs/log-out-everywhere.md"

    assert len(typed.type_out(page, terminal, here, pasted, start)) == 11


@pytest.fixture
def ended_by():
    """The function that the page says to copy."""
    spec = importlib.util.spec_from_file_location("sample", DOCS / "samples" / "hear_logout.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.ended_by


class Keys:
    """The issuer's keys, without an issuer."""

    def get_signing_key_from_jwt(self, token):
        """Return the one key, for whoever names it."""
        if jwt.get_unverified_header(token).get("kid") != "one":
            raise jwt.PyJWKClientError("no such key")
        return jwt.PyJWK({**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))})


def token(key=KEY, algorithm="RS256", header=None, **changed):
    now = int(time.time())
    claims = {
        "iss": ISSUER,
        "aud": "app",
        "sub": "ana",
        "sid": "ses_1",
        "jti": "lgo_1",
        "iat": now,
        "exp": now + 120,
        "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
    }
    claims = {name: value for name, value in {**claims, **changed}.items() if value is not None}
    headers = {"typ": "logout+jwt", "kid": "one"} | (header or {})
    return jwt.encode(claims, key, algorithm, headers=headers)


@rfc("OIDC Back-Channel Logout", "2.6")
@pytest.mark.parametrize("without", ["sid", "sub"])
def test_the_sample_takes_a_good_logout_token(ended_by, without):
    assert ended_by(token(), ISSUER, "app", Keys())["sid"] == "ses_1"
    assert without not in ended_by(token(**{without: None}), ISSUER, "app", Keys())


BAD = {
    "an ID token": {"header": {"typ": "JWT"}},
    "unsigned": {"key": None, "algorithm": "none"},
    "signed with a shared secret": {"key": "k" * 40, "algorithm": "HS256"},
    "signed by a key nobody knows": {"header": {"kid": "two"}},
    "signed by somebody else": {"key": rsa.generate_private_key(65537, 2048)},
    "another issuer's": {"iss": "https://evil.example"},
    "for another app": {"aud": "other"},
    "expired": {"exp": int(time.time()) - 60},
    "without an end": {"exp": None},
    "without an id": {"jti": None},
    "with a nonce": {"nonce": "n"},
    "about something else": {"events": {"urn:else": {}}},
    "about nothing": {"events": None},
    "about nobody": {"sub": None, "sid": None},
}


@asvs("10.5.5")
@abuse("J-01", "J-02", "J-03")
@rfc("OIDC Back-Channel Logout", "2.6")
@pytest.mark.parametrize("case", BAD)
def test_the_sample_refuses_what_is_no_logout_token_for_this_app(ended_by, case):
    with pytest.raises(jwt.InvalidTokenError):
        ended_by(token(**BAD[case]), ISSUER, "app", Keys())
