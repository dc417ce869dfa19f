"""Who may come in by which door (S85): what is not told here, or by the door itself, is not served.

A page of the back office declares the permission it needs (:mod:`app.auth.admin.guard`); a page of
one's own, that it needs a session (`hosted.signed_in`). Every other blueprint stands in the list.
"""

from app.foundation import doorkeeping

ANYBODY = "anybody"  # nothing that is told there is anybody's
OPERATOR = "the operator: this machine, or who holds METRICS_TOKEN"
JOURNEY = "whoever is on a journey of their own: its id in the address, its secret in the browser"
ONESELF = "the person themselves, signed in"
DOCUMENT = "whoever shows a password, a code or a token, as the client documents say"
CLIENT = "an app that authenticates"
TOKEN = "whoever shows a token that is for it"
SERVICE = "a service of ours, by a token of its own"
OFFICE = "whoever holds the permission"
DEVELOPER = "whoever sits at a developer's own machine"

WHO = {
    ANYBODY: (
        *("", "jwks", "discovery", "details", "health", "docs", "welcome", "start", "explain"),
        *("logos", "branding", "push_worker", "account_closed", "membership"),
    ),
    OPERATOR: ("metrics",),
    JOURNEY: (
        *("authorize", "device_return", "logout_endpoint", "login", "second_factor"),
        *("lost_factors", "stopping", "step_up", "enrolment", "invitation", "registration"),
        *("verification", "recovery", "new_password", "consent", "payment", "device", "logout"),
    ),
    DOCUMENT: (
        *("coinpay", "renewal", "signup", "api_login", "api_password", "auth", "introspection"),
        *("two_factor", "reset_password", "verification_token"),
    ),
    CLIENT: ("par", "token", "introspect", "revoke", "device_authorization"),
    TOKEN: ("userinfo", "register"),
    SERVICE: ("internal_people", "internal_notices"),
    DEVELOPER: ("explain_to_developers", "mailbox"),
}
_LISTED = {blueprint: who for who, names in WHO.items() for blueprint in names}


def check(app):
    """Raise doorkeeping.Undeclared unless of every route it is said who may come in by it."""
    doorkeeping.check(app, entrance)


def entrance(app, endpoint):
    """Return who may come in by the route ``endpoint``, in words; None: nobody says so."""
    name = doorkeeping.blueprint_of(endpoint)
    blueprint = app.blueprints.get(name)
    if hasattr(blueprint, "needed"):
        return OFFICE
    if hasattr(blueprint, "for_oneself"):
        return ONESELF
    return _LISTED.get(name)
