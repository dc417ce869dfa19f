"""The list of applications: looked through, paged, and quick however many there are."""

import json
import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from sqlalchemy import insert

from app.auth.clients.members import DEFAULTS
from app.auth.clients.models import Client
from app.auth.database import db
from app.foundation import clock
from app.foundation.database import kept
from tests.support.marks import abuse, asvs
from tests.support.spans import least

QUICK = 0.25  # seconds


def names(page):
    """Return the names that the list shows, in order."""
    return re.findall(r'<h3><a href="/admin/clients/[^"]+">([^<]*)</a></h3>', page.html)


@pytest.fixture
def crowd(app):
    """Write so many clients: ``crowd(30)``; every seventh is disabled, every tenth unverified."""

    def write(number):
        now = clock.now()
        rows = [
            {
                "id": f"cli_{n:025d}",
                "described": json.dumps(DEFAULTS | {"client_name": f"Loja {n}", "scope": "openid"}),
                "name_folded": f"loja {n}",
                "application_type": ("web", "native", "service")[n % 3],
                "registered_by": "operator",
                "created_at": now - timedelta(minutes=number - n),
                "updated_at": now,
                "verified_at": None if n % 10 == 0 else now,
                "disabled_at": now if n % 7 == 0 else None,
                "last_used_at": now - timedelta(days=n % 200) if n % 2 else None,
            }
            for n in range(number)
        ]
        with app.app_context(), kept(db):
            db.session.execute(insert(Client), rows)

    return write


def test_with_no_application_it_says_how_to_begin(olga):
    page = olga.open("/admin/clients")

    assert "Nenhum aplicativo registrado" in page.text
    assert "clients-search" not in page.forms
    assert "/admin/clients/new" in page.links


def test_it_shows_each_application_and_how_it_stands(olga, register, marked, held_clock):
    register()
    register("off", client_name="Antiga", grant_types=["client_credentials"])
    old = clock.now() - timedelta(days=91)
    marked("off", created_at=old, verified_at=None, disabled_at=clock.now())
    marked("loja", last_used_at=clock.now() - timedelta(hours=3))

    page = olga.open("/admin/clients")

    assert "2 aplicativos" in page.text
    assert "Loja loja Ativo Servidor web usado há 3 horas" in page.text
    states = "Desativado Não verificado Sem uso há 90 dias"
    assert f"Antiga off {states} Serviço nunca usado" in page.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=loja", ["Loja Azul", "Loja"]),
        ("q=AZUL", ["Loja Azul"]),
        ("q=+ação++", ["Ação 100%"]),
        ("q=100%25", ["Ação 100%"]),
        ("q=%25", ["Ação 100%"]),
        ("q=cli_b", ["Loja Azul"]),
        ("q=_", ["Ação 100%", "Loja Azul", "Loja"]),
        ("state=disabled", ["Ação 100%"]),
        ("state=active&type=native", ["Loja Azul"]),
        ("state=unverified", ["Loja"]),
        ("state=unused", []),
        ("type=service", ["Ação 100%"]),
        ("state=odd&type=odd&order=odd&page=odd", ["Ação 100%", "Loja Azul", "Loja"]),
        ("order=oldest", ["Loja", "Loja Azul", "Ação 100%"]),
        ("order=name", ["Ação 100%", "Loja", "Loja Azul"]),
        ("order=used", ["Loja", "Loja Azul", "Ação 100%"]),
        ("page=99", ["Ação 100%", "Loja Azul", "Loja"]),
        ("page=-1", ["Ação 100%", "Loja Azul", "Loja"]),
    ],
)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_it_finds_what_fits(held_clock, olga, register, marked, query, found):
    register("cli_a")
    held_clock.shift(60)
    register("cli_b", client_name="Loja Azul", application_type="native")
    held_clock.shift(60)
    register("cli_c", client_name="Ação 100%", grant_types=["client_credentials"])
    marked("cli_a", verified_at=None, last_used_at=clock.now())
    marked("cli_c", disabled_at=clock.now())

    page = olga.open(f"/admin/clients?{query}")

    assert names(page) == found


def test_looking_is_the_same_on_every_database(olga, crowd):
    crowd(60)

    webs = names(olga.open("/admin/clients?q=LOJA+5&order=name&type=web"))
    assert webs == ["Loja 51", "Loja 54", "Loja 57"]
    assert names(olga.open("/admin/clients?q=cli_0&order=oldest"))[0] == "Loja 0"
    assert "9 aplicativos" in olga.open("/admin/clients?state=disabled").text
    assert "6 aplicativos" in olga.open("/admin/clients?state=unverified").text


def test_pages_follow_one_another_and_keep_what_was_asked(olga, crowd):
    crowd(60)

    first = olga.open("/admin/clients?q=loja&order=name")
    second = olga.open(next(link for link in first.links if "page=2" in link))
    third = olga.open(next(link for link in second.links if "page=3" in link))

    assert [len(names(page)) for page in (first, second, third)] == [25, 25, 10]
    assert len({*names(first), *names(second), *names(third)}) == 60
    assert "Página 2 de 3" in second.text
    assert second.elements["q"]["value"] == "loja"
    assert not any("page=4" in link for link in third.links)


def test_what_fits_nothing_has_a_way_out(olga, register):
    register()

    page = olga.open("/admin/clients?q=zebra")

    assert "Nada encontrado" in page.text
    assert page.elements["list-clear"]["href"] == "/admin/clients"


@abuse("B-05")
def test_names_and_questions_are_text(olga, register):
    name = "<script>alert(1)</script>\"'><img src=x>"
    register(client_name=name)

    page = olga.open("/admin/clients?q=%3Cscript%3E%22&state=%22%3E&order=%3C")
    one = olga.open("/admin/clients/loja")

    for each in (page, one, olga.open("/admin/clients/loja/edit"), olga.open("/admin/clients")):
        assert "<script>alert" not in each.html
        assert "<img" not in each.html
    assert name in one.text
    assert page.elements["q"]["value"] == '<script>"'


@asvs("1.2.4")
@pytest.mark.parametrize(
    "typed",
    ["' OR '1'='1", "loja'; DROP TABLE clients; --", "') OR 1=1 --", "\\' OR 1=1 --", "%", "_"],
)
def test_a_statement_that_is_typed_is_only_text(olga, register, typed):
    register(client_name="Loja")

    found = olga.open(f"/admin/clients?q={quote(typed)}")
    order = olga.open(f"/admin/clients?order={quote(typed)}&state={quote(typed)}")

    assert "/admin/clients/loja" not in found.links
    assert (found.status, order.status) == (200, 200)
    assert "/admin/clients/loja" in olga.open("/admin/clients").links


@pytest.mark.parametrize("query", ["q=%00", "q=%ff", "page=" + "9" * 5000, "q=" + "a" * 9000])
def test_odd_questions_are_answered(olga, query):
    assert olga.open(f"/admin/clients?{query}").status in {200, 400}


QUESTIONS = (
    "/admin/clients",
    "/admin/clients?q=Loja+9999",
    "/admin/clients?q=zebra",
    "/admin/clients?q=cli_00000000000000000000077",
    "/admin/clients?page=200&order=name",
    "/admin/clients?state=unused&order=used",
    "/admin/clients/cli_0000000000000000000007777",
)


def test_ten_thousand_applications_are_listed_and_found_at_once(olga, crowd):
    crowd(10_000)

    for address in QUESTIONS:
        assert olga.open(address).status == 200
        assert least(lambda address=address: olga.open(address), 9) < QUICK, address


def test_the_whole_list_comes_as_a_file_that_no_spreadsheet_runs(olga, register):
    register("loja", client_name="=CMD()")
    register("posto", client_name="Posto")

    csv = olga.client.get("/admin/clients?format=csv&order=name", headers=olga.headers)
    listed = olga.client.get("/admin/clients?format=json&q=posto", headers=olga.headers)

    assert csv.mimetype == "text/csv"
    lines = csv.get_data(as_text=True).splitlines()
    assert lines[0] == "\ufeffclient_id;name;type;institution;disabled_at;created_at;last_used_at"
    assert [line.split(";")[:2] for line in lines[1:]] == [["loja", "'=CMD()"], ["posto", "Posto"]]
    assert [row["client_id"] for row in listed.get_json()] == ["posto"]
