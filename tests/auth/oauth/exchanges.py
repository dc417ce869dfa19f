"""An API that trades the token it was called with (RFC 8693)."""

from app.auth.clients.members import EXCHANGE
from tests.support import factories, houses, steps

ISSUER = houses.ISSUER
BANK = f"{ISSUER}/bank"
WALLET, PAYMENTS, REPORTS = (f"{BANK}/{room}" for room in ("wallet", "payments", "reports"))
KINDS = "urn:ietf:params:oauth:token-type:"
ACCESS_TOKEN = f"{KINDS}access_token"
SCOPE = "openid profile offline_access wallet:read wallet:transfer payments:write"


def api(server, *audiences, **described):
    """Register an API that may act onward, with every scope there is."""
    described = {
        "client_name": "Pagamentos",
        "redirect_uris": [],
        "grant_types": [EXCHANGE],
        "audiences": list(audiences),
    } | described
    return factories.app(server, **described)


def exchange(browser, app, token, resource=WALLET, **changed):
    """Exchange ``token`` as the API ``app``; return the response."""
    fields = {
        "grant_type": EXCHANGE,
        "subject_token": token,
        "subject_token_type": ACCESS_TOKEN,
        "resource": resource,
    }
    return steps.post(browser, app, "/oauth/token", **fields | changed)


def exchanged(browser, app, token, resource=WALLET, **changed):
    """Exchange ``token``; return the new one."""
    answer = exchange(browser, app, token, resource, **changed)
    assert answer.status_code == 200, answer.text
    return answer.json["access_token"]


def is_active(browser, app, token):
    """Does the server say that ``token`` is good?"""
    return steps.introspect(browser, app, token).json["active"]
