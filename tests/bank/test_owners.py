"""Nobody reaches what is another's, by any route and any of their names (OWASP API1:2023)."""

import pytest

from tests.support.marks import abuse, asvs, mission

EVERY_SCOPE = (
    "wallet:read wallet:transfer wallet:limits wallet:deposit payments:write atm:withdraw"
    " reports:read"
)


def routes(app):
    """Yield each route of a person's own: method, and path with a place for who it is."""
    for rule in app.url_map.iter_rules():
        if "user_id" in rule.arguments:
            others = dict.fromkeys(rule.arguments - {"user_id"}, "x")
            with app.test_request_context():
                path = rule.build({"user_id": "WHO"} | others)[1]
            for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
                yield method, path


@pytest.fixture
def database_kind():
    """Who may pass the gate has nothing to do with the database."""
    return "sqlite"


@asvs("8.2.2")
@abuse("F-01")
@mission("C15")
def test_every_route_refuses_whoever_is_named_and_is_not_the_tokens_own(bank):
    maria, joana = bank.person(money=100, user_id=1), bank.person(money=100, user_id=2)
    tried = 0

    for method, path in routes(bank.app):
        for name in (joana, "2", "02", "me2", "ME", "0", "-1", "%6de2", joana.upper()):
            answer = bank.ask(
                method, path.replace("WHO", name), maria, {}, user_id=1, scope=EVERY_SCOPE
            )
            assert answer.status_code == 403, (method, path, name, answer.data)
            tried += 1

    assert tried > 80
    assert (bank.available(maria), bank.available(joana)) == (100, 100)


@mission("C15")
@pytest.mark.parametrize("name", ["me", "1", "sub"])
def test_ones_own_names_open_ones_own(bank, name):
    maria = bank.person(money=100, user_id=1)
    path = maria if name == "sub" else name

    assert bank.balance(maria, path, user_id=1).json["available"] == 100


@abuse("F-01")
def test_an_apps_own_token_is_no_persons(bank):
    maria = bank.person(money=100, user_id=1)

    for name in ("me", maria, "1"):
        answer = bank.ask("GET", f"/wallet/{name}/balance", "shop", client_id="shop")
        assert answer.status_code == 403
