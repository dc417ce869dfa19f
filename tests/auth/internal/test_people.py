"""Who is meant by a name, asked by a service of our own."""

import secrets

import pytest

from app.auth.accounts import lookup
from app.auth.database import db
from app.auth.institutions import directory, members
from app.auth.internal import people
from app.foundation import clock
from app.foundation.database import kept
from tests.auth.internal.conftest import Service
from tests.support import factories, steps
from tests.support.marks import abuse, asvs, mission, rfc

PATH = "people/resolve"
ADULT = {"birthdate": "1990-01-15"}


def cpf():
    """Return a CPF that nobody has, its check digits right."""
    digits = [secrets.randbelow(10) for _ in range(9)]
    for _ in range(2):
        weights = range(len(digits) + 1, 1, -1)
        rest = sum(d * w for d, w in zip(digits, weights, strict=True)) * 10 % 11
        digits.append(rest % 10)
    return "".join(map(str, digits))


def phone():
    """Return a mobile that nobody has."""
    return f"+55119{secrets.randbelow(9 * 10**7) + 10**7}"


@pytest.fixture
def marina(server):
    """A person whose e-mail, phone and papers are proved, with what they are."""
    told = {"name": "Marina Alves", "cpf": cpf(), "phone": phone(), "claims": ADULT}
    return factories.person(server, verified=True, **told), told


def change(server, person, **columns):
    with server.app_context(), kept(db):
        user = lookup.by_id(person.id)
        for name, value in columns.items():
            setattr(user, name, value)


@mission("C12", "S78")
@pytest.mark.parametrize("kind", ["sub", "user_id", "email", "phone", "cpf"])
def test_a_service_learns_who_is_meant_by_each_name(bank, marina, kind):
    person, told = marina
    names = {"sub": person.sub, "user_id": person.id, "email": person.email} | told

    answer = bank.resolve(**{kind: names[kind]})

    digits = told["cpf"]
    assert (answer.status_code, answer.json) == (
        200,
        {
            "sub": person.sub,
            "user_id": person.id,
            "name": "Marina Alves",
            "document": f"***.{digits[3:6]}.{digits[6:9]}-**",
            "institution": "Portaria",
            "wallet": {"may_open": True, "missing": []},
        },
    )
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_name_may_be_written_in_other_ways(bank, marina):
    person, told = marina
    digits, number = told["cpf"], told["phone"].removeprefix("+55")

    for named in (
        {"cpf": f"{digits[:3]}.{digits[3:6]}.{digits[6:9]}-{digits[9:]}"},
        {"phone": f"({number[:2]}) {number[2:7]}-{number[7:]}"},
        {"email": person.email.upper()},
    ):
        assert bank.resolve(**named).json["sub"] == person.sub, named


def test_it_tells_the_institution_that_a_person_belongs_to(bank, server, marina):
    code = f"b{secrets.token_hex(4)}"
    with server.app_context(), kept(db):
        directory.create(code, "Banco Azul")
        members.join(marina[0].id, code)

    assert bank.resolve(sub=marina[0].sub).json["institution"] == "Banco Azul"


@abuse("L-01")
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_contact_or_a_cpf_that_nobody_proved_is_nobodys(bank, server):
    told = {"cpf": cpf(), "phone": phone(), "name": "Bia Lima"}
    person = factories.newcomer(server, **told)

    for named in ({"email": person.email}, {"phone": told["phone"]}, {"cpf": told["cpf"]}):
        assert bank.resolve(**named).status_code == 404, named
    known = bank.resolve(sub=person.sub).json
    assert known["document"] is None  # so nobody is shown papers that were only written down
    assert known["name"] == "Bia Lima"


@mission("C12")
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_it_says_what_is_missing_for_a_wallet(bank, server, marina):
    bare = factories.newcomer(server)
    born = clock.today("America/Sao_Paulo")
    grown = born.replace(year=born.year - 18)
    change(server, marina[0], birth_date=born.replace(year=born.year - 17))

    missing = bank.resolve(sub=bare.sub).json["wallet"]
    young = bank.resolve(sub=marina[0].sub).json["wallet"]
    change(server, marina[0], birth_date=grown)
    adult = bank.resolve(sub=marina[0].sub).json["wallet"]

    assert missing == {"may_open": False, "missing": ["email", "cpf", "birth_date"]}
    assert young == {"may_open": False, "missing": ["age"]}
    assert adult == {"may_open": True, "missing": []}


@abuse("L-01")
@pytest.mark.parametrize(
    "named",
    [
        {"sub": "nobody"},
        {"user_id": 2**63 - 1},
        {"email": "nobody@example.com"},
        {"email": "no address"},
        {"phone": "+5511900000000"},
        {"phone": "0"},
        {"cpf": "11144477735"},
        {"cpf": "cpf"},
    ],
    ids=str,
)
def test_nobody_is_answered_as_a_problem(bank, named):
    answer = bank.resolve(**named)

    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"
    assert answer.json["code"] == "not_found"


def test_a_person_who_left_is_nobody(bank, server, marina):
    change(server, marina[0], status="closed")

    assert bank.resolve(sub=marina[0].sub).status_code == 404


@abuse("L-01")
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_nobody_is_told_no_sooner_than_somebody(bank, marina, monkeypatch):
    asked = []
    monkeypatch.setattr(clock, "sleep_until", asked.append)

    bank.resolve(sub=marina[0].sub)
    bank.resolve(sub="nobody")

    assert len([moment for moment in asked if moment]) == 2
    assert people.SAME_TIME > 0.02


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"sub": "a", "email": "b"},
        {"name": "Marina"},
        {"sub": 7},
        {"sub": ""},
        {"sub": None},
        {"sub": "x" * 256},
        {"user_id": "7"},
        {"user_id": True},
        {"user_id": 0},
        {"user_id": 2**63},
        {"user_id": 1.0},
        {"email": ["a@example.com"]},
    ],
    ids=str,
)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_body_that_names_nobody_plainly_is_refused(bank, body):
    answer = bank.ask(PATH, body)

    assert answer.status_code == 400
    assert answer.json["code"] == "invalid_request"
    assert answer.json["errors"]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("raw", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'{"sub":"a","sub":"b"}', "application/json", 400),
        (b'{"sub":"\\u0000"}', "application/json", 400),
        (b'{"sub":"\\ud800"}', "application/json", 400),
        (b"sub=a", "application/x-www-form-urlencoded", 415),
        (b"x" * 70_000, "application/json", 413),
    ],
)
def test_what_is_no_json_is_refused_as_a_problem(bank, raw, kind, status):
    shown = {"Authorization": f"Bearer {bank.token()}"}

    sent = {"data": raw, "content_type": kind, "headers": shown}
    answer = bank.browser.post("/internal/people/resolve", **sent)

    assert answer.status_code == status


@asvs("13.2.1")
@rfc("6750", "3.1")
@abuse("L-01")
def test_only_a_living_token_of_a_service_opens_it(bank, server, marina):
    person, _ = marina
    shop = factories.app(server)
    other = Service(server, scope="notices:send")
    steps.post(bank.browser, bank.app, "/oauth/revoke", token=(ended := bank.token()))
    asked = {"sub": person.sub, "iss": server.config["ISSUER"], "aud": server.config["ISSUER"]}
    asked |= {"client_id": shop.client_id, "exp": clock.seconds() + 900, "iat": clock.seconds()}
    of_person = factories.signed(
        server, asked | {"jti": "x", "scope": "people:resolve"}, typ="at+jwt"
    )
    for_bank = factories.signed(
        server,
        asked | {"sub": "b", "client_id": "b", "jti": "y", "scope": "people:resolve",
                 "aud": server.config["BANK_AUDIENCE"]},
        typ="at+jwt",
    )  # fmt: skip

    for token in (ended, of_person, for_bank, "x", factories.token_for_app(server, person)):
        answer = bank.ask(PATH, {"sub": person.sub}, token)
        assert answer.status_code == 401, token
        assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
    short = other.resolve(sub=person.sub)
    assert short.status_code == 403
    assert 'scope="people:resolve"' in short.headers["WWW-Authenticate"]
    bare = bank.browser.post("/internal/people/resolve", json={"sub": person.sub})
    assert bare.status_code == 401
    assert "error" not in bare.headers["WWW-Authenticate"]


@abuse("L-01")
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_who_looks_up_too_many_people_is_slowed_down(create_house):
    house = create_house("auth", RATE_LIMITS="on", RESOLVE_RATE_LIMIT="3/hour")
    factories.keys(house)
    bank, other = Service(house), Service(house)

    answers = [bank.resolve(sub=f"nobody-{n}").status_code for n in range(5)]

    assert answers == [404, 404, 404, 429, 429]
    assert other.resolve(sub="nobody").status_code == 404


@abuse("L-01")
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_no_name_that_was_asked_for_is_in_the_log(bank, marina, capsys):
    person, told = marina

    for named in ({"email": person.email}, {"cpf": told["cpf"]}, {"phone": told["phone"]}):
        bank.resolve(**named)
    bank.resolve(email="nobody@example.com")

    logged = "".join(capsys.readouterr())
    assert "/internal/people/resolve" in logged
    for each in (person.email, told["cpf"], told["phone"], "nobody@example.com"):
        assert each not in logged
