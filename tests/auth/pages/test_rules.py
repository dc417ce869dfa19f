"""What holds for every page (UX 1.0): headers, language, names, weight."""

import gzip
import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.auth import stage
from tests.auth.pages.visitor import CALLBACK
from tests.support.marks import abuse, asvs, rfc
from tests.support.steps import VERIFIER

ANA = "ana@exemplo.com.br"
STRICT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "require-trusted-types-for": "'script'",
}


def login(visitor, ask):
    return visitor.open(ask())


def login_refused(visitor, ask):
    return visitor.submit(visitor.open(ask()), "login-form", username=ANA, password="x")


def login_stale(visitor, ask):
    return visitor.submit(visitor.open(ask()), "login-form", csrf_token="x")


def consent(visitor, ask):
    return visitor.sign_in(visitor.open(ask()), ANA)


def consent_by_name(visitor, ask):
    claims = '{"userinfo": {"name": null, "birthdate": null, "address": null}}'
    return visitor.sign_in(visitor.open(ask(scope="openid", claims=claims)), ANA)


def form_post(visitor, ask):
    return visitor.open(ask(response_mode="form_post", prompt="none"))


def error(visitor, ask):
    return visitor.open(ask(client_id="nobody"))


def not_found(visitor, ask):
    return visitor.open("/nowhere")


def not_allowed(visitor, ask):
    return visitor.open("/account/sign-out")


def logout(visitor, ask):
    visitor.sign_in(visitor.open("/account"), ANA)
    return visitor.open("/logout")


def logged_out(visitor, ask):
    return visitor.open("/logout/done")


def logged_out_of_apps(visitor, ask):
    visitor.submit(visitor.sign_in(visitor.open(ask()), ANA), "consent-form", decision="allow")
    return visitor.submit(visitor.open("/logout"), "logout-form")


def logging_out(visitor, ask):
    with visitor.client.application.app_context():
        stage.make_keys()
    back = visitor.submit(
        visitor.sign_in(visitor.open(ask(scope="openid")), ANA), "consent-form", decision="allow"
    )
    [code] = parse_qs(urlsplit(back.address).query)["code"]
    form = {"grant_type": "authorization_code", "code": code, "client_id": "cofrinho"}
    form |= {"redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    hint = visitor.client.post("/oauth/token", data=form).json["id_token"]
    asked = {"id_token_hint": hint, "post_logout_redirect_uri": "https://app.cofrinho.example/bye"}
    return visitor.open(f"/logout?{urlencode(asked)}")


def account(visitor, ask):
    return visitor.sign_in(visitor.open("/account"), ANA)


def sessions(visitor, ask):
    return visitor.sign_in(visitor.open("/account/sessions"), ANA)


def device(visitor, ask):
    return visitor.open("/device")


def device_filled(visitor, ask):
    return visitor.open("/device?user_code=WDJB-MJHT")


def device_wrong(visitor, ask):
    return visitor.type_code("BBBB-BBBB")


def device_limited(visitor, ask):
    for _ in range(5):
        visitor.type_code("BBBB-BBBB")
    return visitor.type_code("BBBB-BBBB")


def device_consent(visitor, ask):
    return visitor.sign_in(visitor.type_code(visitor.device_code()), ANA)


def device_approved(visitor, ask):
    return visitor.submit(device_consent(visitor, ask), "consent-form")


def device_denied(visitor, ask):
    return visitor.submit(device_consent(visitor, ask), "consent-deny-form")


PAGES = (
    login,
    login_refused,
    login_stale,
    consent,
    consent_by_name,
    form_post,
    error,
    not_found,
    not_allowed,
    logout,
    logged_out,
    logged_out_of_apps,
    logging_out,
    account,
    sessions,
    device,
    device_filled,
    device_wrong,
    device_limited,
    device_consent,
    device_approved,
    device_denied,
)


@pytest.fixture(params=PAGES, ids=lambda page: page.__name__)
def page(request, browser, ask):
    """Each page in turn."""
    return request.param(browser(), ask)


@asvs("3.4.3", "3.4.6", "14.3.2")
@abuse("B-01")
@rfc("9700", "4.16")
def test_every_page_forbids_frames_caches_and_strangers_scripts(page):
    policy = dict(
        part.strip().partition(" ")[::2]
        for part in page.headers["Content-Security-Policy"].split(";")
    )

    assert policy.items() >= STRICT.items()
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Referrer-Policy"] == "same-origin"


def test_every_page_has_its_language_name_title_and_one_heading(page):
    assert '<html lang="pt-BR">' in page.html
    assert page.name[0]
    assert len(re.findall(r"<h1\b", page.html)) == 1
    assert page.elements["main"]["tag"] == "main"
    title = re.search(r"<title>(.*)</title>", page.html)[1]
    assert title.endswith(" – Portaria")
    assert title.startswith("Erro: ") is (page.status >= 400)


def test_every_page_is_well_formed_and_its_ids_are_its_own(page):
    ids = re.findall(r'\sid="([^"]+)"', page.html)
    assert len(ids) == len(set(ids))
    for name in re.findall(r'\s(?:for|aria-labelledby|aria-describedby)="([^"]*)"', page.html):
        assert set(name.split()) <= set(ids)
    for tag in ("div", "p", "form", "section", "ul", "li", "span", "a", "button", "dl", "main"):
        assert len(re.findall(rf"<{tag}[\s>]", page.html)) == page.html.count(f"</{tag}>"), tag


def test_no_page_has_a_dead_link_or_an_inline_script(page):
    assert "#" not in page.links
    assert "" not in page.links
    assert "style=" not in page.html
    assert not re.search(r"<script(?![^>]* src=)", page.html)
    assert not re.search(r"\son\w+=", page.html)


@asvs("3.5.1")
def test_every_form_of_ours_posts_with_a_token(page):
    for name, form in page.forms.items():
        if name == "form-post":
            continue  # it goes to the app, which knows nothing of our tokens
        assert re.fullmatch("[0-9a-f]{64}", form["fields"]["csrf_token"])


@pytest.mark.parametrize("reach", PAGES, ids=lambda page: page.__name__)
def test_every_page_is_complete_in_english(browser, ask, reach):
    page = reach(browser(Accept_Language="en-GB"), ask)

    assert '<html lang="en">' in page.html
    assert not re.search(r"[ãõçéíóúâêôà]", page.text.replace("Português", ""))


def test_files_are_kept_for_a_year_and_light(app):
    client = app.test_client()
    answer = client.get("/logout/done", headers={"Accept": "text/html"})
    files = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', answer.text))
    weights = {}

    for file in files:
        got = client.get(file)
        assert got.status_code == 200
        assert "max-age=31536000" in got.headers["Cache-Control"]
        weights[file.partition("?")[0]] = len(gzip.compress(got.data))

    css = sum(size for file, size in weights.items() if file.endswith(".css"))
    scripts = sum(size for file, size in weights.items() if file.endswith(".js"))
    assert len(files) + 1 <= 10
    assert css <= 10 * 1024
    assert scripts <= 6 * 1024
    assert sum(weights.values()) <= 100 * 1024


@asvs("3.3.1", "3.3.3")
@abuse("B-06")
def test_cookies_are_bound_to_the_host_where_there_is_https(create_house):
    client = create_house("auth", ISSUER="https://id.exemplo.com.br").test_client()

    answer = client.get("/login?ui_locales=en", headers={"Accept": "text/html"})

    cookies = answer.headers.getlist("Set-Cookie")
    assert {cookie.partition("=")[0] for cookie in cookies} == {"__Host-browser", "__Host-locale"}
    for cookie in cookies:
        for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
            assert flag in cookie
        assert "Domain" not in cookie
