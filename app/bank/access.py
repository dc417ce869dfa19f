"""Who may come in by which door (S85): by a route that requires a scope, or one in the list."""

from app.foundation import doorkeeping

ANYBODY = "anybody"  # keys, what is asked for where, pictures: nothing of anybody's
OPERATOR = "the operator: this machine, or who holds METRICS_TOKEN"
TOKEN = "whoever shows a token with the scope"

WHO = {
    ANYBODY: ("", "oauth_protected_resource", "receipts", "deed_keys", "health", "docs"),
    OPERATOR: ("metrics",),
}
_LISTED = {blueprint: who for who, names in WHO.items() for blueprint in names}


def check(app):
    """Raise doorkeeping.Undeclared unless of every route it is said who may come in by it."""
    doorkeeping.check(app, entrance)


def entrance(app, endpoint):
    """Return who may come in by the route ``endpoint``, in words; None: nobody says so."""
    if hasattr(app.view_functions[endpoint], "requires"):
        return TOKEN
    return _LISTED.get(doorkeeping.blueprint_of(endpoint))
