"""Every way in: the hosted page and what each document has, and every address of a document.

A way is one function, so that one test walks through all of them.
"""

from app.auth import doors
from tests.auth.api.phone import Phone
from tests.auth.pages.visitor import Visitor
from tests.support.factories import PASSWORD

WRONG, PAUSED, IN = "wrong", "paused", "in"
SIGN_INS = {  # by document: where a password is shown, and what names the person there
    "001": ("/auth", "email"),
    "002": ("/api/login", "email"),
    "004": ("/auth/login", "identifier"),
}
_STATUSES = {200: IN, 401: WRONG, 422: WRONG, 429: PAUSED}
_APP = "Mozilla/5.0 (Linux; Android 15)"


def own():
    """Return the numbers of the documents that have addresses which no other document has."""
    several = [each for own in doors.DOCUMENTS.values() for each in own]
    return [n for n, own in doors.DOCUMENTS.items() if any(several.count(e) == 1 for e in own)]


def served(server):
    """Return the names of the ways in that ``server`` has: ``page`` and documents' numbers."""
    paths = {rule.rule for rule in server.url_map.iter_rules()}
    return ["page", *(number for number, (path, _) in SIGN_INS.items() if path in paths)]


def try_password(server, way, person, password=PASSWORD, address="198.51.100.7"):
    """Show a password at ``way`` and return :data:`IN`, :data:`WRONG` or :data:`PAUSED`."""
    if way == "page":
        return _STATUSES[page_of(server, person, password, address)[1].status]
    return _STATUSES[_show(server, way, person, password, address).status_code]


def page_of(server, person, password=PASSWORD, address="198.51.100.7"):
    """Sign in by the page; return the browser and the page it came to."""
    visitor = Visitor(server)
    visitor.client.environ_base["REMOTE_ADDR"] = address
    return visitor, visitor.sign_in(visitor.open("/account"), person.email, password)


def access_token(server, way, person, password=PASSWORD):
    """Sign in by a document; return the access token it gives."""
    given = _show(server, way, person, password, "198.51.100.7").json
    return given.get("access_token") or given["token"]


def _show(server, way, person, password, address):
    path, name = SIGN_INS[way]
    return Phone(server, _APP, address).post(path, **{name: person.email}, password=password)


def addresses(server, number, *, alone=False):
    """Return ``(method, path)`` of everything that document ``number`` has at ``server``.

    alone: only what no other document has too.
    """
    others = {each for key, several in doors.DOCUMENTS.items() if key != number for each in several}
    own = [each for each in doors.DOCUMENTS[number] if not (alone and each in others)]
    names = {each.name for each in own}
    return sorted(
        (method, rule.rule)
        for rule in server.url_map.iter_rules()
        if rule.endpoint.partition(".")[0] in names
        for method in rule.methods - {"HEAD", "OPTIONS"}
    )
