"""The bank asks the authorization server, in its own name."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from app.bank.authority import asking, notices, people
from tests.resource_server.issuer import CLIENT_ID
from tests.support.marks import mission, rfc


@pytest.fixture
def database_kind():
    """What is asked elsewhere has nothing to do with the database."""
    return "sqlite"


@pytest.fixture
def context(bank):
    """The bank with an application context open."""
    with bank.app.app_context():
        yield bank


@mission("S6", "S78")
def test_it_learns_who_somebody_is(context):
    maria = people.resolve(email="maria@example.com")

    assert maria.sub == "maria@example.com"
    assert (maria.name, maria.document) == ("Maria Alves", "***.456.789-**")
    assert maria.institution == "Banco Azul"
    assert maria.may_open_a_wallet


def test_it_learns_what_is_missing(context):
    context.issuer.missing["maria"] = ["cpf", "age"]

    maria = people.resolve(sub="maria")

    assert maria.missing == ("cpf", "age")
    assert not maria.may_open_a_wallet


def test_nobody_is_nobody(context):
    context.issuer.unknown.add("nobody")

    assert people.resolve(sub="nobody") is None


@rfc("6749", "4.4")
def test_its_token_is_drawn_once_and_kept(context):
    for number in range(3):
        people.resolve(sub=f"p{number}")

    assert context.issuer.asked["token"] == 1
    assert context.issuer.asked["people"] == 3


def test_fifty_threads_draw_one_token(context):
    def ask(number):
        with context.app.app_context():
            return people.resolve(user_id=number).user_id

    with ThreadPoolExecutor(50) as pool:
        assert list(pool.map(ask, range(1, 51))) == [7] * 50

    assert context.issuer.asked["token"] <= 2  # one may come as the flight lands


def test_a_token_for_people_sends_no_notices(context):
    people.resolve(sub="maria")
    notices.send("n1", "maria", "payment_done", {"amount": 5})

    assert context.issuer.asked["token"] == 2
    assert context.issuer.told == {"n1": ("maria", "payment_done", {"amount": 5})}


def test_a_token_that_ended_before_its_time_is_drawn_anew(context, monkeypatch):
    drawn = []
    token = context.issuer.token

    def noted(*given, **claims):
        drawn.append(token(*given, **claims))
        return drawn[-1]

    monkeypatch.setattr(context.issuer, "token", noted)
    people.resolve(sub="maria")
    context.issuer.end(drawn[0])

    assert people.resolve(sub="maria").sub == "maria"
    assert len(drawn) == 2
    assert context.issuer.claims(sub=CLIENT_ID)["sub"] == CLIENT_ID


def test_a_token_is_drawn_anew_when_it_is_nearly_over(context, monkeypatch):
    monkeypatch.setattr(asking, "_NEARLY_OVER", 0)

    people.resolve(sub="a")
    people.resolve(sub="b")

    assert context.issuer.asked["token"] == 2


def test_with_the_authorization_server_away_nothing_is_believed(context):
    context.issuer.wire.cut = True

    with pytest.raises(asking.Away) as refused:
        people.resolve(sub="maria")

    assert (refused.value.status, refused.value.code) == (503, "temporarily_unavailable")


def test_a_client_that_is_not_known_there_learns_nothing(open_bank):
    bank = open_bank(BANK_CLIENT_SECRET="another secret of some length")

    with bank.app.app_context(), pytest.raises(asking.Away):
        people.resolve(sub="maria")


@pytest.mark.parametrize("answer", [{}, {"wallet": {}}, {"wallet": []}, {"sub": "a"}], ids=str)
def test_an_answer_that_is_none_is_not_believed(context, monkeypatch, answer):
    monkeypatch.setattr(asking, "ask", lambda *_: (200, answer))

    with pytest.raises(asking.Away):
        people.resolve(sub="maria")


def test_a_notice_that_nobody_takes_is_told_so(context):
    context.issuer.unknown.add("nobody")

    with pytest.raises(notices.NotTaken) as refused:
        notices.send("n1", "nobody", "payment_done", {})

    assert refused.value.detail == "not_found"
