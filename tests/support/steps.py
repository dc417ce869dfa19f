"""What people and applications do at the server, step by step, over a Flask test client.

A ``browser`` is a test client with its cookies; an ``app`` is a :class:`factories.App`. A
parameter given as None is left out, so that each test says only what is odd about its request.
"""

import base64
import hashlib
import html
import json
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import parse_qsl, quote_plus, urlsplit

from werkzeug.datastructures import MultiDict

VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # RFC 7636 appendix B
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
HTML = {"Accept": "text/html"}
SCOPE = "openid profile"

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_PAGE = re.compile(r'<body[^>]* data-page="([^"]+)"')


@dataclass(frozen=True)
class Arrival:
    """What came to the application: the address it came to, and the answer."""

    address: str
    answer: dict

    @property
    def code(self):
        """The code; a KeyError when it is an error."""
        return self.answer["code"]

    @property
    def error(self):
        """The error's code, or None."""
        return self.answer.get("error")


class Form(HTMLParser):
    """The form ``#form-post`` of a page, as a browser reads it: where to, and its fields."""

    def __init__(self, page):
        super().__init__()
        self.address, self.fields, self.inside = None, {}, False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form" and given.get("id") == "form-post":
            self.address, self.inside = given["action"], True
            assert given["method"] == "post"
        elif tag == "input" and self.inside:
            assert given["type"] == "hidden"
            assert given["name"] not in self.fields, "a parameter came twice"
            self.fields[given["name"]] = given["value"]

    def handle_endtag(self, tag):
        self.inside = self.inside and tag != "form"


def ask(browser, app, *, method="GET", headers=None, **asked):
    """Come to the authorization endpoint as ``app`` sends people there; return the response."""
    parameters = asking(app, **asked)
    given = HTML | (headers or {})
    if method == "POST":
        return browser.post("/oauth/authorize", data=parameters, headers=given)
    return browser.get("/oauth/authorize", query_string=parameters, headers=given)


def push(browser, app, headers=None, **asked):
    """Push the plain request of ``app`` (RFC 9126); return the response."""
    given, more = credentials(app)
    parameters = asking(app, **more | asked)
    return browser.post("/oauth/par", data=parameters, headers=given | (headers or {}))


def pushed(browser, app, **asked):
    """Push a request that is taken; return its ``request_uri``."""
    answer = push(browser, app, **asked)
    assert answer.status_code == 201, answer.text
    return answer.json["request_uri"]


def open_pushed(browser, app, request_uri, **beside):
    """Come to the authorization endpoint with what was pushed; return the response."""
    query = present({"client_id": app.client_id, "request_uri": request_uri} | beside)
    return browser.get("/oauth/authorize", query_string=query, headers=HTML)


def asking(app, **asked):
    """Return the parameters of a plain request of ``app``, with ``asked`` in their places."""
    parameters = {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": app.redirect_uri,
        "scope": SCOPE,
        "state": "s-1",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    return present(parameters | asked)


def challenge(verifier):
    """Return the S256 challenge of a PKCE verifier (RFC 7636 §4.2)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def present(parameters):
    """Return ``parameters`` (a dict; a list is a repeated one) without those that are None."""
    return MultiDict({name: value for name, value in parameters.items() if value is not None})


def arrival(response):
    """Return the :class:`Arrival` that ``response`` leads to; the test fails if it leads nowhere.

    It is a redirect, or the page whose form posts itself to the application.
    """
    if page_of(response) == "form-post":
        form = Form(response.text)
        return Arrival(form.address, form.fields)
    assert response.status_code == 303, response.text
    address = response.headers["Location"]
    assert urlsplit(address).scheme, f"still here: {address}"
    pairs = parse_qsl(urlsplit(address).query, keep_blank_values=True, strict_parsing=True)
    assert len(dict(pairs)) == len(pairs), "a parameter came twice"
    return Arrival(address, dict(pairs))


def told(response, error):
    """Assert that the person was told of ``error`` on our own page and sent nowhere."""
    assert response.status_code == 400, response.headers
    assert "Location" not in response.headers
    assert 'id="error-page"' in response.text
    assert f'id="error-code">{error}<' in response.text, response.text


def follow(browser, response):
    """Follow redirects within the server; return the page, or the redirect that leaves."""
    while response.status_code == 303 and not urlsplit(response.headers["Location"]).scheme:
        response = browser.get(response.headers["Location"], headers=HTML)
    return response


def page_of(response):
    """Return the name of the page that ``response`` shows (``login``, ``consent``), or None."""
    found = _PAGE.search(response.text)
    return found and found[1]


def send(browser, page, **typed):
    """Fill in the form of ``page``, with the token it holds, and follow where that leads."""
    fields = {"csrf_token": form_token(page)} | typed
    return follow(browser, browser.post(page.request.path, data=fields, headers=HTML))


def form_token(page):
    """Return the token that the forms of ``page`` hold."""
    return html.unescape(_TOKEN.search(page.text)[1])


def sign_in(browser, page, person):
    """Sign ``person`` in on the login ``page``; return what comes next."""
    return send(browser, page, username=person.email, password=person.password)


def later(browser, page):
    """Set up no second factor on the enrolment ``page``; return what comes next."""
    fields = {"csrf_token": re.search('name="csrf_token" value="([^"]*)"', page.text)[1]}
    address = re.search('action="(/enrolment/[^"]*/later)"', page.text)[1]
    return follow(browser, browser.post(address, data=fields, headers=HTML))


def walk(browser, response, person=None, decision="allow"):
    """Go on from ``response`` to the application, doing what each page on the way asks.

    Returns the :class:`Arrival`.
    """
    page = follow(browser, response)
    if page_of(page) == "login":
        page = sign_in(browser, page, person)
    if page_of(page) == "enrolment":
        page = later(browser, page)
    if page_of(page) == "consent":
        page = send(browser, page, decision=decision)
    return arrival(page)


def authorize(browser, app, person=None, *, decision="allow", **asked):
    """Go the whole way of an authorization request; return the :class:`Arrival`."""
    return walk(browser, ask(browser, app, **asked), person, decision)


def credentials(app):
    """Return ``(headers, fields)`` by which ``app`` authenticates (RFC 6749 §2.3.1)."""
    if app.method == "client_secret_basic":
        return {"Authorization": basic(app.client_id, app.client_secret)}, {}
    if app.method == "client_secret_post":
        return {}, {"client_id": app.client_id, "client_secret": app.client_secret}
    return {}, {"client_id": app.client_id}


def basic(client_id, secret):
    """Return the Basic header of an id and a secret, form-encoded first."""
    pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"
    return "Basic " + base64.b64encode(pair.encode()).decode()


def post(browser, app, path, headers=None, **fields):
    """Post ``fields`` to an endpoint of the protocol as ``app``; return the response."""
    given, more = credentials(app)
    return browser.post(path, data=present(more | fields), headers=given | (headers or {}))


def exchange(browser, app, code, **changed):
    """Redeem ``code``; return the response."""
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": app.redirect_uri,
        "code_verifier": VERIFIER,
    }
    return post(browser, app, "/oauth/token", **fields | changed)


def tokens(browser, app, person=None, **asked):
    """Authorize and redeem; return the token answer (dict)."""
    answer = exchange(browser, app, authorize(browser, app, person, **asked).code)
    assert answer.status_code == 200, answer.text
    return answer.json


def refresh(browser, app, refresh_token, **changed):
    """Turn ``refresh_token`` over; return the response."""
    fields = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    return post(browser, app, "/oauth/token", **fields | changed)


def introspect(browser, app, token, **changed):
    """Ask about ``token``; return the response."""
    return post(browser, app, "/oauth/introspect", **{"token": token} | changed)


def revoke(browser, app, token, **changed):
    """Take ``token`` back; return the response."""
    return post(browser, app, "/oauth/revoke", **{"token": token} | changed)


def userinfo(browser, access_token, method="GET", **more):
    """Ask who the person is; return the response."""
    headers = {"Authorization": f"Bearer {access_token}"}
    return browser.open("/oauth/userinfo", method=method, headers=headers, **more)


def header_of(token):
    """Return the JOSE header (dict) of a compact JWS."""
    return _part(token, 0)


def claims_of(token):
    """Return the claims (dict) of a compact JWS, unverified."""
    return _part(token, 1)


def refused(response, error, status=400):
    """Assert that ``response`` is the OAuth error ``error``, as RFC 6749 §5.2 writes it."""
    assert (response.status_code, response.json.get("error")) == (status, error), response.text
    assert response.mimetype == "application/json"
    assert response.headers["Cache-Control"] == "no-store"
    assert set(response.json) <= {"error", "error_description", "error_uri"}
    assert_plain(response.json.get("error_description", ""))


def assert_plain(description):
    """Assert that a description has only the characters of RFC 6749 §5.2."""
    assert re.fullmatch(r"[\x20-\x21\x23-\x5b\x5d-\x7e]*", description), description


def _part(token, number):
    text = token.split(".")[number]
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
