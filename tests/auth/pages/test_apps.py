"""The connected apps."""

import pytest

from app.auth.consents import approval, scopes
from app.auth.database import db
from app.auth.flows import register_client
from app.foundation.database import kept
from tests.auth import persons
from tests.auth.pages.conftest import COFRINHO
from tests.support.marks import asvs

ANA, BIA = "ana@exemplo.com.br", "bia@exemplo.com.br"


@pytest.fixture
def allowed(come_in, ask):
    """Ana's browser, having let Cofrinho in."""
    visitor = come_in()
    visitor.submit(visitor.open(ask()), "consent-form", decision="allow")
    return visitor


def test_without_any_it_says_so(come_in):
    page = come_in().open("/account/apps")

    assert "Nenhum aplicativo conectado" in page.text


@asvs("10.7.3")
def test_each_says_what_it_may_do_and_since_when(allowed):
    page = allowed.open("/account/apps")
    one = allowed.open("/account/apps/cofrinho")

    assert "1 aplicativo" in page.text
    assert "/account/apps/cofrinho" in page.links
    assert "Ver o saldo da sua carteira" in one.text
    assert "Permitido desde" in one.text


@asvs("10.4.9", "10.7.3")
def test_ending_one_asks_once_and_it_must_ask_again(allowed, ask):
    asked = allowed.open("/account/apps/cofrinho/end")
    assert "Encerrar o acesso de Cofrinho?" in asked.text
    assert allowed.open("/account/apps/cofrinho").status == 200

    after = allowed.submit(asked, "app-end-form")

    assert "Cofrinho não acessa mais seus dados." in after.text
    assert allowed.open("/account/apps/cofrinho").status == 404
    assert allowed.open(ask()).name[0] == "consent"


@pytest.mark.parametrize("address", ["cofrinho", "cofrinho/end", "nobody", "%00", "é"])
def test_what_one_has_not_allowed_is_not_there(come_in, allowed, address):
    bia = come_in(BIA)

    assert bia.open(f"/account/apps/{address}").status in {400, 404}


def test_somebody_elses_form_takes_nothing_back(come_in, allowed):
    bia = come_in(BIA)
    token = bia.open("/account").forms["sign-out-form"]["fields"]["csrf_token"]

    answer = bia.client.post("/account/apps/cofrinho/end", data={"csrf_token": token})

    assert answer.status_code == 404
    assert allowed.open("/account/apps/cofrinho").status == 200


def test_many_are_searched_sorted_and_turned_over(app, come_in):
    with app.app_context(), kept(db):
        ana = persons.found(ANA)
        for number in range(25):
            described = COFRINHO | {"client_name": f"App {number:02}"}
            register_client.register(described, scopes=scopes.CATALOGUE, client_id=f"a{number}")
            approval.give(ana.id, ana.sub, f"a{number}", ["openid"])
    visitor = come_in()

    first = visitor.open("/account/apps?order=name")
    second = visitor.open("/account/apps?order=name&page=2")

    assert "App 00" in first.text
    assert "App 20" not in first.text
    assert "App 24" in second.text
    assert "Página 2 de 2" in second.text
    assert "1 aplicativo" in visitor.open("/account/apps?q=app+07").text
    assert "Nada encontrado" in visitor.open("/account/apps?q=%25").text
    for odd in ("page=-1", "page=x", "page=99999999999999999999", "order=x", "q=%00"):
        assert visitor.open(f"/account/apps?{odd}").status in {200, 400}
