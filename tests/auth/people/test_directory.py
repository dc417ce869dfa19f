"""Finding people: by the beginning of a name, or by the whole of what is theirs; fast, in reach."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from app.auth.accounts.models import User
from app.auth.database import db
from app.auth.institutions import directory as places
from app.auth.institutions import members, roles
from app.auth.people import directory
from app.auth.people.directory import Wanted
from app.foundation import clock, ids, masks
from app.foundation.database import kept
from tests.auth import persons
from tests.support.marks import mission


@pytest.fixture
def people(auth_app):
    """João, Joana and Zé, of two institutions; a context open."""
    told = {
        "joao": {"name": "João  da Silva", "cpf": "52998224725", "username": "joao.s"},
        "joana": {"name": "JOANA Prado", "phone": "11987654321"},
        "ze": {"name": "Zé Ávila"},
    }
    with auth_app.app_context():
        made = {
            name: persons.open_account(f"{name}@example.com", **more) for name, more in told.items()
        }
        with kept(db):
            roles.ensure()
            for code in ("aurora", "boreal"):
                places.create(code, code.title())
            members.join(made["joao"].id, "aurora")
            members.join(made["ze"].id, "boreal")
            roles.give(made["ze"], ["support"])
        yield made


def names(codes=None, **wanted):
    """Return who is found, by the name before the @."""
    found = directory.look(Wanted(**{"order": "name", **wanted}), codes)
    return [user.email.partition("@")[0] for user in found.rows]


@mission("S84")
@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("joa", ["joana", "joao"]),
        ("JOÃO DA", ["joao"]),
        ("joao  da s", ["joao"]),
        ("avila", []),
        ("Ze", ["ze"]),
        ("joao.s", ["joao"]),
        ("JOAO@EXAMPLE.COM", ["joao"]),
        ("joao@", []),
        ("529.982.247-25", ["joao"]),
        ("52998224725", ["joao"]),
        ("(11) 98765-4321", ["joana"]),
        ("+55 11 98765-4321", ["joana"]),
        ("123", []),
        ("", ["joana", "joao", "ze"]),
        ("%", []),
        ("_oao", []),
    ],
)
def test_somebody_is_found_by_what_is_theirs(people, text, who):
    assert names(text=text) == who


def test_somebody_is_found_by_their_sub(people):
    assert names(text=people["ze"].sub.upper()) == ["ze"]


def test_a_new_name_is_found_and_the_old_one_not(people):
    with kept(db):
        db.session.get(User, people["ze"].id).full_name = "José Ávila"

    assert (names(text="jose"), names(text="ze av")) == (["ze"], [])


def test_a_list_is_filtered_and_who_is_beyond_reach_is_in_none(people):
    with kept(db):
        db.session.get(User, people["joana"].id).status = "locked"

    assert names(state="locked") == ["joana"]
    assert names(role="support") == ["ze"]
    assert names(institution="aurora") == ["joao"]
    assert names({"boreal"}) == ["ze"]
    assert names({"boreal"}, institution="aurora") == []
    assert names({"boreal"}, text=people["joao"].sub) == []
    assert names(set()) == []
    assert [[user.sub for user in each] for each in directory.batches(Wanted(), {"boreal"})] == [
        [people["ze"].sub]
    ]


def test_a_list_tells_who_joined_lately(people):
    with kept(db):
        db.session.get(User, people["joana"].id).created_at = clock.now() - timedelta(days=8)

    assert names(joined="week") == ["joao", "ze"]
    assert names(joined="month", order="oldest")[0] == "joana"
    assert names(order="newest")[-1] == "joana"


def test_the_database_finds_by_an_index_what_is_looked_for(people):
    with kept(db):
        db.session.execute(insert(User), [row(number) for number in range(20_000)])
    db.session.execute(db.text("ANALYZE"))

    spans = {}
    for text in ("pessoa 0199", "zebra", "529.982.247-25", "p19999@example.com"):
        begin = clock.ticks()
        directory.look(Wanted(text=text))
        spans[text] = 1000 * (clock.ticks() - begin)

    assert {text: span for text, span in spans.items() if span > 100} == {}


def row(number):
    """Return the columns of one of a crowd."""
    return {
        "sub": ids.subject(),
        "email": f"p{number}@example.com",
        "email_folded": f"p{number}@example.com",
        "full_name": f"Pessoa {number:05}",
        "name_folded": f"pessoa {number:05}",
        "claims": "{}",
        "must_change_password": False,
        "must_prove": "",
        "status": "active",
        "created_at": clock.now(),
        "updated_at": clock.now(),
    }


def test_what_is_shown_does_not_serve_to_use_it():
    assert masks.email("ana@exemplo.com.br") == "a•••@exemplo.com.br"
    assert masks.cpf("52998224725") == "•••.982.247-••"
    assert masks.phone("+5511987654321") == "(11) •••••-4321"
    assert masks.address("203.0.113.9") == "203.0.•••.9"
