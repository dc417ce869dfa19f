"""Default deny: of every route of both houses it is said who may come in, and nobody else does."""

import re
from uuid import UUID

import pytest
from werkzeug.routing.converters import NumberConverter, UUIDConverter

from app.auth import access
from app.bank import access as bank_access
from app.foundation import doorkeeping
from tests.support.marks import mission

NOT_ANYBODYS = {access.ONESELF, access.OFFICE, access.CLIENT, access.SERVICE}


@pytest.fixture
def database_kind():
    """Who may come in has nothing to do with the database."""
    return "sqlite"


@mission("S85")
def test_of_every_route_of_both_houses_it_is_said_who_may_come_in(auth_app, bank_app):
    for app, kept in ((auth_app, access), (bank_app, bank_access)):
        said = {r.rule: kept.entrance(app, r.endpoint) for r in app.url_map.iter_rules()}

        assert {rule for rule, who in said.items() if who is None} == set()


@mission("S85")
@pytest.mark.parametrize("house", ["auth", "bank"])
def test_a_house_with_a_route_of_which_nothing_is_said_does_not_start(create_house, house):
    app = create_house(house)
    app.view_functions["open"] = lambda: "come in"
    app.url_map.add(app.url_rule_class("/open", endpoint="open.show", methods=["GET"]))
    app.view_functions["open.show"] = lambda: "come in"

    with pytest.raises(doorkeeping.Undeclared, match="/open"):
        (access if house == "auth" else bank_access).check(app)


@mission("S85")
def test_nobody_comes_in_by_a_door_that_is_somebodys(auth_app):
    for rule, method in routes(auth_app, NOT_ANYBODYS):
        answer = auth_app.test_client().open(address(rule), method=method)

        sent_to_sign_in = answer.headers.get("Location", "").startswith("/login/")
        refused = answer.status_code in {400, 401, 403, 404, 415} or sent_to_sign_in
        assert refused, (method, rule.rule, answer.status_code)


@mission("S85")
def test_every_route_of_the_bank_that_needs_a_scope_refuses_who_shows_no_token(bank_app):
    for rule in bank_app.url_map.iter_rules():
        if bank_access.entrance(bank_app, rule.endpoint) == bank_access.TOKEN:
            for method in rule.methods - {"HEAD", "OPTIONS"}:
                answer = bank_app.test_client().open(address(rule), method=method)
                assert answer.status_code == 401, (method, rule.rule)


def routes(app, who):
    """Yield the rules by which ``who`` may come in, and each of their methods."""
    for rule in app.url_map.iter_rules():
        if access.entrance(app, rule.endpoint) in who:
            for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
                yield rule, method


def address(rule):
    """An address that the rule serves."""
    given = {name: _value(kind) for name, kind in rule._converters.items()}
    return rule.build(given)[1]


def _value(kind):
    if type(kind).__name__ == "AnyConverter":
        return sorted(kind.items)[0]
    if isinstance(kind, NumberConverter):
        return 9999
    if isinstance(kind, UUIDConverter):
        return UUID(int=0)
    length = re.search(r"\{(\d+)\}", kind.regex)
    return "a" * (int(length[1]) if length else 4)
