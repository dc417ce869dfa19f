"""Applications that register themselves over HTTP (RFC 7591), and look after that (RFC 7592)."""

from tests.support import factories, steps

PATH = "/oauth/register"
DESCRIBED = {"client_name": "Cofrinho", "redirect_uris": [factories.CALLBACK]}
CHALLENGE = 'Bearer realm="portaria", error="invalid_token"'


def register(browser, token=None, **described):
    """Register what ``described`` says; return the response."""
    return browser.post(PATH, json=DESCRIBED | described, headers=bearing(token))


def registered(browser, token=None, **described):
    """Register; return the answer (dict)."""
    answer = register(browser, token, **described)
    assert answer.status_code == 201, answer.text
    return answer.json


def bearing(token):
    """Return the header that shows ``token``; None shows nothing."""
    return {"Authorization": f"Bearer {token}"} if token is not None else {}


def manage(browser, method, told, token=None, **request):
    """Send a request to the address of the answer ``told``, under its own token or another."""
    path = f"{PATH}/{told['client_id']}"
    shown = told["registration_access_token"] if token is None else token
    return browser.open(path, method=method, headers=bearing(shown), **request)


def change(browser, told, token=None, **described):
    """Replace the description of the answer ``told``; return the response."""
    sent = {"client_id": told["client_id"]} | DESCRIBED | described
    return manage(browser, "PUT", told, token, json=sent)


def app_of(told):
    """Return the :class:`factories.App` that the answer ``told`` describes."""
    method = told["token_endpoint_auth_method"]
    return factories.App(told["client_id"], told.get("client_secret"), method, told)


def refused(response, error, status=400):
    """Assert that ``response`` is a refusal as RFC 7591 §3.2.2 and RFC 6750 §3 write it."""
    steps.refused(response, error, status)
    assert response.json["error_description"]
    challenge = response.headers.get("WWW-Authenticate")
    assert challenge == (CHALLENGE if status == 401 else None)
