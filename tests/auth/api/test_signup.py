"""Document 002: an account is opened, and activated by the code that was mailed."""

import time

import pytest
import time_machine

from app.auth.accounts import lookup, papers
from app.auth.accounts.models import User
from app.auth.audit import events
from app.auth.database import db
from app.foundation.database import kept
from tests.auth import outbox, persons, stage
from tests.auth.api import newcomers
from tests.auth.api.newcomers import activated, application, join, sign_in
from tests.auth.api.phone import Phone
from tests.support import factories
from tests.support.marks import abuse, asvs, mission

JOINED = {"message": "Cadastro realizado! Verifique seu email."}
ACTIVATED = {"message": "Conta ativada com sucesso!"}
SAFE = {"SIGNUP_ENUMERATION_SAFE": True}


def found(server, email):
    with server.app_context():
        return lookup.by_email(email)


@mission("S14", "S15", "S19", "S20", "S21", "S22", "S23", "S27", "C12", "A13-4")
def test_joining_keeps_what_was_sent_and_gives_no_token(phone, server):
    given = application()

    answer = phone.post("/api/signup", **given)

    assert (answer.status_code, answer.json) == (200, JOINED)
    with server.app_context():
        user = lookup.by_email(given["email"])
        assert (user.given_name, user.family_name, user.full_name) == (
            "João",
            "Silva",
            "João Silva",
        )
        assert user.birth_date.isoformat() == "1990-01-15"
        assert papers.read(user, "phone") == "+5511987654321"
        assert papers.read(user, "cpf") == given["cpf"]
        assert user.must_prove == "email"
        assert user.terms_version is None  # nobody has shown us that they read them
        assert outbox.names(given["email"]) == ["confirm_email"]


@mission("S24", "S39", "C29", "A13-5")
def test_the_code_that_was_mailed_activates_the_account_once(phone, server):
    given = join(phone)
    told = {"email": given["email"], "code": newcomers.code(server, given["email"])}

    first = phone.post("/api/signup/activate", **told)
    again = phone.post("/api/signup/activate", **told)

    assert (first.status_code, first.json) == (200, ACTIVATED)
    assert (again.status_code, again.json["error"]) == (400, "code_invalid_or_expired")
    assert sign_in(phone, given).status_code == 200


@mission("S25", "A14")
@pytest.mark.parametrize(("seconds", "status"), [(86_399, 200), (86_400, 400)])
def test_the_code_is_good_for_a_day_to_the_second(phone, server, seconds, status):
    with time_machine.travel("2026-11-20T12:00:00Z", tick=False) as held:
        given = join(phone)
        told = {"email": given["email"], "code": newcomers.code(server, given["email"])}

        held.shift(seconds)

        assert phone.post("/api/signup/activate", **told).status_code == status


@mission("S16", "C26", "A13-4")
def test_an_address_that_has_an_account_is_told_so_in_the_words_of_the_document(phone, server):
    ana = factories.person(server, name="Ana Souza", verified=True)

    answer = phone.post("/api/signup", **application(email=ana.email.upper()))

    assert answer.status_code == 400
    assert answer.json == {
        "message": "Email já cadastrado",
        "error": "email_taken",
        "errors": {"email": "Email já cadastrado"},
    }
    with server.app_context():
        assert (events.SIGN_UP_REFUSED, ana.sub) in persons.recorded()
        assert outbox.waiting(ana.email) == []


@abuse("L-01")
def test_of_an_address_nothing_is_told_before_all_the_rest_is_right(phone, ana):
    answer = phone.post("/api/signup", **application(email=ana.email, password="short"))

    assert (answer.status_code, answer.json["error"]) == (400, "weak_password")
    assert answer.json["errors"].keys() == {"password"}


@abuse("L-01")
@mission("S45", "C26")
def test_few_addresses_can_be_asked_about_in_this_way(server):
    phone = Phone(server)
    people = [factories.person(server, verified=True) for _ in range(6)]

    answers = [phone.post("/api/signup", **application(email=each.email)) for each in people]

    assert [answer.status_code for answer in answers] == [400] * 5 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert phone.post("/api/signup", **application()).status_code == 429
    elsewhere = Phone(server)
    assert elsewhere.post("/api/signup", **application()).status_code == 200


@abuse("L-01")
@mission("S16", "C26")
def test_in_the_safe_mode_nobody_learns_who_has_an_account_and_the_owner_is_told(own_server):
    server = own_server(**SAFE, LOGIN_FLOOR_MS=120)
    ana = factories.person(server, name="Ana Souza", verified=True)
    phone = Phone(server)

    def took(given):
        since = time.perf_counter()
        answer = phone.post("/api/signup", **given)
        return answer, time.perf_counter() - since

    new, a_while = took(application())
    known, as_long = took(application(email=ana.email))

    assert (new.status_code, new.json) == (known.status_code, known.json) == (200, JOINED)
    assert min(a_while, as_long) >= 0.12
    with server.app_context():
        assert outbox.names(ana.email) == ["already_registered"]
        assert lookup.by_email(ana.email).sub == ana.sub


@mission("S17", "S18", "C25", "A13-4")
@pytest.mark.parametrize(
    ("other", "message", "error", "members"),
    [
        ({"cpf": "11111111111"}, "CPF inválido", "invalid_cpf", {"cpf"}),
        ({"cpf": "1234567890"}, "CPF inválido", "invalid_cpf", {"cpf"}),
        ({"birthDate": "2020-01-01"}, "Menor de 18 anos", "underage", {"birthDate"}),
        (
            {"cpf": "1", "birthDate": "2020-01-01"},
            "CPF inválido",
            "invalid_cpf",
            {"cpf", "birthDate"},
        ),
        (
            {"birthDate": "2020-01-01", "telephone": "1"},
            "Menor de 18 anos",
            "underage",
            {"birthDate", "telephone"},
        ),
    ],
)
def test_what_the_document_prints_is_said_byte_for_byte_in_any_language(
    phone, other, message, error, members
):
    answer = phone.call("POST", "/api/signup", application(**other), **{"Accept-Language": "en"})

    assert answer.status_code == 400
    assert (answer.json["message"], answer.json["error"]) == (message, error)
    assert answer.json["errors"].keys() == members


@mission("S17", "C25")
@pytest.mark.parametrize(("validation", "status"), [("format", 200), ("strict", 400)])
def test_the_sample_cpf_passes_where_only_its_form_is_checked(own_server, validation, status):
    phone = Phone(own_server(CPF_VALIDATION=validation))

    answer = phone.post("/api/signup", **application(cpf="12345678901"))

    assert answer.status_code == status
    assert status == 200 or answer.json["message"] == "CPF inválido"


@mission("S19")
def test_a_cpf_may_have_its_dots(phone, server):
    plain = newcomers.cpf()
    dotted = f"{plain[:3]}.{plain[3:6]}.{plain[6:9]}-{plain[9:]}"

    given = join(phone, cpf=dotted)

    with server.app_context():
        assert papers.read(lookup.by_email(given["email"]), "cpf") == plain


@mission("S18")
@pytest.mark.parametrize(
    ("now", "born", "status"),
    [
        ("2026-11-20T02:59:59Z", "2008-11-20", 400),  # still the 19th in São Paulo
        ("2026-11-20T03:00:00Z", "2008-11-20", 200),
        ("2026-11-21T12:00:00Z", "2008-11-20", 200),
        ("2026-02-28T12:00:00Z", "2008-02-29", 400),
        ("2026-03-01T12:00:00Z", "2008-02-29", 200),
    ],
)
def test_who_is_eighteen_is_so_from_the_morning_on(server, now, born, status):
    with time_machine.travel(now, tick=False):
        answer = Phone(server).post("/api/signup", **application(birthDate=born))

    assert answer.status_code == status
    assert status == 200 or answer.json["message"] == "Menor de 18 anos"


@mission("S14", "S20", "S22", "A13-4")
@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("birthDate", "15/01/1990"),
        ("birthDate", "1990-1-15"),
        ("birthDate", "1990-02-30"),
        ("birthDate", " 1990-01-15"),
        ("birthDate", "2190-01-15"),
        ("birthDate", "١٩٩٠-٠١-١٥"),
        ("telephone", "123"),
        ("email", "nobody"),
        ("email", "a@example.com, b@example.com"),
        ("firstName", " "),
        ("lastName", "Sil\u202eva"),
        ("firstName", "x" * 300),
        ("password", "short"),
        ("type", "Admin"),
        ("type", ""),
        ("type", 1),
        ("cpf", 12345678909),
        ("email", ["a@example.com"]),
        ("lastName", None),
    ],
)
def test_what_cannot_be_is_told_by_member(phone, server, member, value):
    given = application(**{member: value})

    answer = phone.post("/api/signup", **given)

    assert answer.status_code == 400
    assert member in answer.json["errors"]
    assert all(answer.json["errors"].values())
    if isinstance(given["email"], str):
        assert found(server, given["email"]) is None


@mission("S21")
def test_a_phone_of_another_country_is_kept_as_it_is(phone, server):
    given = join(phone, telephone="+351 912 345 678")

    with server.app_context():
        assert papers.read(lookup.by_email(given["email"]), "phone") == "+351912345678"


@asvs("15.3.3")
@abuse("L-17")
@mission("S22")
def test_nobody_makes_themselves_more_than_they_are(phone, server):
    mine = {"roles": ["admin"], "verified": True, "id": 1, "balance": 1, "email_verified": True}

    given = join(phone, **mine, is_admin=True, status="active", must_prove="")

    user = found(server, given["email"])
    assert (user.must_prove, user.email_verified_at, user.identity_verified_at) == (
        "email",
        None,
        None,
    )
    assert user.id != 1
    assert phone.post("/api/signup", **application(type="Admin")).status_code == 400


@abuse("L-20")
def test_where_accounts_are_not_opened_alone_nobody_opens_one_here(own_server):
    server = own_server(SIGN_UP="off")
    ana = factories.person(server, verified=True)
    phone = Phone(server)

    answers = [
        phone.post("/api/signup", **application(email=e)) for e in (ana.email, "b@b.example")
    ]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert answers[0].json == answers[1].json
    assert answers[0].json["error"] == "sign_up_closed"


@abuse("L-01", "V-04")
@mission("S24", "A13-5")
def test_wrong_codes_are_told_and_counted_the_same_for_nobody(server):
    given = join(Phone(server))
    wrong = "000000" if newcomers.code(server, given["email"]) != "000000" else "111111"
    told = {}
    for email in (given["email"], "nobody@example.org"):
        agents = ["App/1"] * 3 + ["App/2"] * 4  # what an account holds, over two apps
        net = "203.0.113.90" if email == given["email"] else "192.0.2.90"
        phones = [Phone(server, agent, net) for agent in agents]
        answers = [p.post("/api/signup/activate", email=email, code=wrong) for p in phones]
        told[email] = [(a.status_code, a.json["error"]) for a in answers]

    one, other = told.values()
    assert one == other
    assert one[:5] == [(400, "code_invalid_or_expired")] * 5
    assert one[5:] == [(429, "too_many_attempts")] * 2


@abuse("V-04")
def test_of_many_wrong_codes_at_once_few_are_judged(own_server, database_kind):
    server = own_server()
    given = join(Phone(server))
    right = newcomers.code(server, given["email"])
    wrong = [f"{n:06}" for n in range(20) if f"{n:06}" != right][:12]

    def guess(number):
        phone = Phone(server, f"App/{number}", f"203.0.{number}.1")
        return phone.post("/api/signup/activate", email=given["email"], code=wrong[number])

    answers = stage.all_at_once(server, guess, 12)

    assert sorted(a.status_code for a in answers) == [400] * 5 + [429] * 7
    last = Phone(server, "App/99", "192.0.2.99")
    assert last.post("/api/signup/activate", email=given["email"], code=right).status_code == 429


def test_of_many_right_codes_at_once_one_activates(own_server):
    server = own_server()
    given = join(Phone(server))
    told = {"email": given["email"], "code": newcomers.code(server, given["email"])}

    def show(number):
        return Phone(server, f"App/{number}").post("/api/signup/activate", **told)

    answers = stage.all_at_once(server, show, 4)

    assert sorted(a.status_code for a in answers) == [200, 400, 400, 400]


def test_of_two_who_join_with_one_address_at_once_there_is_one_account(own_server):
    server = own_server()
    email = "dois@example.com"

    def one(number):
        return Phone(server, f"App/{number}").post("/api/signup", **application(email=email))

    answers = stage.all_at_once(server, one, 2)

    assert {a.status_code for a in answers} <= {200, 400, 429}
    assert 200 in {a.status_code for a in answers}
    with server.app_context():
        assert db.session.query(User).filter_by(email_folded=email).count() == 1


@mission("S24")
def test_a_code_for_somebody_else_or_another_thing_activates_nothing(phone, server):
    rita, ana = join(phone), factories.person(server, verified=True)
    other = join(Phone(server))
    phone.post("/api/forgot-password", email=ana.email)

    for code in (newcomers.code(server, other["email"]), newcomers.code(server, ana.email)):
        answer = phone.post("/api/signup/activate", email=rita["email"], code=code)
        assert (answer.status_code, answer.json["error"]) == (400, "code_invalid_or_expired")


@abuse("L-14")
@mission("A13-6", "C29")
def test_before_it_is_activated_the_right_password_opens_nothing(phone, server):
    given = join(phone)

    wrong = sign_in(phone, given, password="not this one")
    right = sign_in(phone, given)

    assert (wrong.status_code, wrong.json["error"]) == (401, "invalid_credentials")
    assert (right.status_code, right.json["error"]) == (403, "account_not_active")
    assert "token" not in right.json


def test_a_locked_account_is_not_activated(phone, server):
    given = join(phone)
    code = newcomers.code(server, given["email"])
    with server.app_context(), kept(db):
        lookup.by_email(given["email"]).status = "locked"

    answer = phone.post("/api/signup/activate", email=given["email"], code=code)

    assert answer.status_code == 400


@mission("S23")
def test_both_sample_passwords_of_the_document_pass_in_development(phone):
    activated(phone, password="Senha@123")
    activated(Phone(phone.server), password="NovaSenha@123")


def test_who_asks_again_at_once_is_told_when(phone):
    given = join(phone)

    answer = phone.post("/api/signup", **given)

    assert (answer.status_code, answer.json["error"]) == (429, "too_many_messages")
    assert 0 < int(answer.headers["Retry-After"]) <= 60
