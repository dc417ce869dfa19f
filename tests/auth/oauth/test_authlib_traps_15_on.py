"""The library's traps from the fifteenth on; see :mod:`tests.auth.oauth.test_authlib_traps`."""

import hashlib
import logging

import pyotp
import pytest
from sqlalchemy import text

from app.auth.accounts import lookup
from app.auth.clients.metadata import InvalidMetadata, InvalidRedirectUri
from app.auth.database import db
from app.auth.factors import totp
from app.foundation.database import kept
from tests.auth.oauth import signing
from tests.auth.oauth.inputs import FORMS
from tests.support import factories, steps
from tests.support.marks import abuse, rfc


@rfc("9207", "2")
@pytest.mark.parametrize(
    "wrong",
    [
        {"scope": "x"},
        {"code_challenge": None, "code_challenge_method": None},
        {"prompt": "none login"},
        {"prompt": "none"},
        {"response_type": "token"},
        {"request": "x"},
        {"resource": "x"},
        {"max_age": "x"},
        {"id_token_hint": "x"},
        {"response_mode": "x"},
        {"response_mode": "form_post", "scope": "x"},
    ],
    ids=lambda wrong: " ".join(map(str, wrong.items())),
)
def test_15_errors_are_redirected_without_their_issuer(browser, app, server, wrong):
    arrived = steps.arrival(steps.ask(browser, app, **wrong))

    assert arrived.error
    assert arrived.answer["iss"] == server.config["ISSUER"]
    assert arrived.answer["state"] == "s-1"


def test_16_a_refreshed_id_token_says_the_person_signed_in_now(browser, app, ana, held_clock):
    before = steps.tokens(browser, app, ana, nonce="again")
    steps.tokens(browser, app, ana, nonce="again")
    held_clock.shift(600)

    after = steps.refresh(browser, app, before["refresh_token"]).json

    old, new = steps.claims_of(before["id_token"]), steps.claims_of(after["id_token"])
    assert new["iat"] == old["iat"] + 600
    for name in ("auth_time", "acr", "amr", "sid"):
        assert new[name] == old[name]


def test_17_only_the_first_prompt_counts_and_max_age_and_request_objects_do_not(
    browser, app, ana, held_clock
):
    steps.authorize(browser, app, ana)
    page = steps.follow(browser, steps.ask(browser, app, prompt="consent login"))
    assert steps.page_of(page) == "login"
    assert steps.page_of(steps.sign_in(browser, page, ana)) == "consent"
    held_clock.shift(60)

    assert steps.page_of(steps.follow(browser, steps.ask(browser, app, max_age="59"))) == "login"
    assert steps.arrival(steps.ask(browser, app, request="x")).error == "invalid_request_object"


def test_18_the_library_posts_forms_by_an_inline_script_and_with_values_encoded(browser, app):
    state = "a b%20+&amp;\"'<script>"

    page = steps.ask(browser, app, response_mode="form_post", prompt="none", state=state)

    assert steps.arrival(page).answer["state"] == state
    assert "<script>" not in page.text
    assert "onload" not in page.text


def test_19_an_error_of_a_posted_endpoint_is_redirected(browser, app):
    fields = {"redirect_uri": app.redirect_uri, "state": "s", "response_type": "code"}

    for path in FORMS:
        answer = steps.post(browser, app, path, **fields)
        assert answer.status_code == 400
        assert "Location" not in answer.headers


@abuse("R-10")
def test_20_request_objects_with_a_wrong_issuer_or_no_end_are_accepted(browser, server):
    app = signing.app(server)
    for wrong in ({"iss": "https://evil.example"}, {"exp": None}):
        inside = signing.request_object(app, server, **wrong)

        arrived = steps.arrival(steps.ask(browser, app, request=inside))
        assert arrived.error == "invalid_request_object"


def test_21_metadata_is_hardly_checked(server):
    native = {"application_type": "native", "redirect_uris": ["com.bank.app:/cb"]}
    assert factories.app(server, "none", **native).client_secret is None
    named = factories.app(server, **{"client_name#pt-BR": "Cofrinho"})
    assert named.described["client_name#pt-BR"] == "Cofrinho"
    with pytest.raises(InvalidRedirectUri):
        factories.app(server, redirect_uris=["https://a.example/cb#f"])
    for wrong in (
        {"redirect_uris": "https://a.example/cb"},
        {"redirect_uris": [1]},
        {"contacts": {"a": 1}},
        {"grant_types": ["password"]},
        {"scope": ["openid"]},
        {"client_name": 5},
        {"require_pkce": "no"},
        {"nonsense": True},
    ):
        with pytest.raises(InvalidMetadata):
            factories.app(server, **wrong)


def test_22_the_debug_log_holds_whole_tokens(browser, app, ana, caplog, capfd):
    caplog.set_level(logging.DEBUG)

    first = steps.tokens(browser, app, ana)
    second = steps.refresh(browser, app, first["refresh_token"]).json
    steps.introspect(browser, app, second["access_token"])

    written = caplog.text + "".join(capfd.readouterr())
    assert logging.getLogger("authlib").getEffectiveLevel() >= logging.INFO
    for secret in (app.client_secret, ana.password, first["id_token"], second["access_token"]):
        assert secret not in written
    assert first["refresh_token"] not in written


@rfc("7662", "2.1")
def test_23_an_unknown_hint_is_an_error(browser, app, ana):
    token = steps.tokens(browser, app, ana)["access_token"]

    told = steps.introspect(browser, app, token, token_type_hint="unheard_of")
    assert told.json["active"] is True
    assert steps.revoke(browser, app, token, token_type_hint="unheard_of").status_code == 200


def test_24_a_browser_is_told_of_an_unknown_client_in_json_and_which_part_was_wrong(browser, app):
    page = steps.ask(browser, app, client_id="nobody")
    assert page.mimetype == "text/html"
    assert "s-1" not in page.headers.get("Location", "")

    own = {"grant_type": "client_credentials"}
    words = set()
    for client_id in (app.client_id, "nobody"):
        wrong = {"Authorization": steps.basic(client_id, "x" * 43)}
        words.add(browser.post("/oauth/token", data=own, headers=wrong).data)
    assert len(words) == 1


def test_25_the_consent_form_repeats_the_request(browser, app, ana):
    page = steps.sign_in(browser, steps.follow(browser, steps.ask(browser, app)), ana)

    assert steps.page_of(page) == "consent"
    for value in (app.client_id, app.redirect_uri, steps.CHALLENGE, "s-1"):
        assert f'value="{value}"' not in page.text
    token = {"csrf_token": steps.form_token(page), "decision": "allow"}
    wider = token | {"scope": "openid wallet:transfer", "redirect_uri": "https://evil.example/"}
    answer = browser.post(page.request.path, data=wider, headers=steps.HTML)
    arrived = steps.arrival(steps.follow(browser, answer))
    assert arrived.address.startswith(app.redirect_uri)
    assert steps.exchange(browser, app, arrived.code).json["scope"] == steps.SCOPE


def test_26_a_clients_secret_costs_as_much_as_a_password(app, server):
    with server.app_context():
        query = text("SELECT value_digest FROM client_secrets WHERE client_id = :id")
        digest = db.session.scalar(query, {"id": app.client_id})

    assert bytes(digest) == hashlib.sha256(app.client_secret.encode()).digest()


def test_27_a_code_of_the_moment_is_taken_again_and_again(server, held_clock):
    ana = factories.person(server)
    with server.app_context():
        with kept(db):
            codes = pyotp.TOTP(totp.begin(lookup.by_id(ana.id)).secret)
            totp.enable(ana.id, codes.now())
        held_clock.shift(60)
        assert [codes.verify(codes.now()) for _ in range(2)] == [True, True]

        with kept(db):
            assert totp.verify(ana.id, codes.now())
        with pytest.raises(totp.Used):
            totp.verify(ana.id, codes.now())
