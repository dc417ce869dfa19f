"""Nothing usable in a dump or a log: a whole day at both houses, and no secret of it left behind.

Every secret that was shown, sent or drawn on the way is looked for, as text, as its bytes and in
other spellings, in every column of both databases and in all that was logged.
"""

import base64
import json
import re
import uuid

import httpx
import pytest
from sqlalchemy import select, text

import config
from app.auth.accounts import lookup
from app.auth.database import db
from app.auth.deeds import deciding, pending
from app.auth.factors import recovery_codes, totp
from app.auth.flows.contacts import change_contact
from app.auth.flows.people import legal_hold
from app.auth.keys.models import SigningKey
from app.auth.notifications import delivery, post, subscriptions
from app.auth.sessions import devices
from app.bank import assembly as bank_assembly
from app.bank.database import db as bank_db
from app.bank.deeds.models import DeedKey
from app.bank.wallet import contacts
from app.foundation import clock, ids
from app.foundation.database import kept
from tests.auth import stage
from tests.auth.oauth import devices as televisions
from tests.bank.approving import approved
from tests.bank.payments import conftest as paying
from tests.support import deeds, factories, houses, push_service, steps
from tests.support.marks import abuse, asvs, mission

CPF = "52998224725"
PHONE = "+5511987654321"
FRIENDS_PHONE, NEW_PHONE = "+5521976543210", "+5531965432109"
PASSWORD = "abacate-voador-de-outono"
WRONG_PASSWORD = "jabuticaba-errada-demais"
NEW_SECRET = "segredo-escolhido-pelo-operador-do-banco"
BANK_SECRET = "the-secret-of-the-bank-in-tests!"
EMAIL = "ana.souza@example.com"
STATE = "estado-que-so-o-app-conhece"
SCOPE = "openid profile email phone offline_access wallet:read wallet:transfer"


supplier = paying.supplier


class Day:
    """Both houses, and every secret seen so far, by name."""

    def __init__(self, auth, bank):
        self.auth, self.bank = auth, bank
        self.secrets = {
            "password": PASSWORD,
            "wrong password": WRONG_PASSWORD,
            "CPF": CPF,
            "CPF with dots": "529.982.247-25",
            "phone": PHONE,
            "phone at home": PHONE.removeprefix("+55"),
            "friend's phone": FRIENDS_PHONE,
            "new phone": NEW_PHONE,
            "chosen client secret": NEW_SECRET,
            "the bank's client secret": BANK_SECRET,
            "PKCE verifier": steps.VERIFIER,
        }
        for house in (auth, bank):
            for part in house.config.get("SEALING_KEYS", "").split(","):
                if part:
                    self.secrets["sealing key"] = part.partition(":")[2]

    def saw(self, **secrets):
        """Remember more of them."""
        for name, value in secrets.items():
            self.secrets[f"{name} {len(self.secrets)}"] = value


@pytest.fixture
def day(create_house, new_database, database_kind, supplier):
    """Both houses in one process, the bank asking the other as it would over the network."""
    auth = create_house("auth")
    ours = houses.BANK | {"BANK_DATABASE_URL": new_database("bank", database_kind)}
    ours |= {"PROVIDER_URL": supplier.url, "PROVIDER_TOKEN": paying.TOKEN}
    settings = config.load(config.Bank, **ours)
    bank = bank_assembly.create_app(settings, transport=httpx.WSGITransport(app=auth))
    factories.keys(auth)
    yield Day(auth, bank)
    houses.close(bank)


def live(day):
    """Let a person, an app and an operator do everything there is to do."""
    registered = people_and_apps(day)
    tokens = sign_in(day, *registered)
    at_the_bank(day, tokens)
    pay_and_take_cash(day)
    protect_and_prove(day)
    turn_over_and_fail(day, registered[1], tokens)
    write_to_people(day)
    steps_of_operators(day)
    sign_out(day, registered[1], tokens)


def people_and_apps(day):
    person = factories.person(
        day.auth, email=EMAIL, password=PASSWORD, cpf=CPF, phone=PHONE, name="Ana", verified=True
    )
    app = factories.app(day.auth)
    chosen = factories.app(day.auth, client_secret=NEW_SECRET)
    day.saw(client_secret=app.client_secret)
    run(day.auth, "clients", "register", "--client-id", "bank", "--client-secret", BANK_SECRET,
        told={"grant_types": ["client_credentials"], "audiences": [houses.ISSUER + "/bank"]},
        )  # fmt: skip
    done = run(day.auth, "clients", "register", told={"redirect_uris": [factories.CALLBACK]})
    day.saw(client_secret=json.loads(done.stdout)["client_secret"])
    return person, app, chosen


def sign_in(day, person, app, chosen):
    browser = day.auth.test_client()
    page = steps.follow(browser, steps.ask(browser, app, scope=SCOPE, state=STATE, nonce="n-1"))
    day.saw(form_token=steps.form_token(page))
    page = steps.send(browser, page, username=EMAIL, password=WRONG_PASSWORD)
    page = steps.send(browser, page, username=CPF, password=PASSWORD)
    code = steps.walk(browser, page).code
    cookies = {cookie.key: cookie.value for cookie in browser._cookies.values()}
    assert {name.partition("_")[0] for name in cookies} >= {"session", "browser"}
    day.browser, day.person = browser, person
    answer = steps.exchange(browser, app, code).json
    second = steps.authorize(browser, chosen, prompt="consent", scope=SCOPE).code
    others = steps.exchange(browser, chosen, second).json
    link_a_television(day)
    own = steps.post(browser, app, "/oauth/token", grant_type="client_credentials").json
    day.saw(code=code, second_code=second, own_token=own["access_token"], **cookies)
    for answered in (answer, others):
        day.saw(**{k: v for k, v in answered.items() if k.endswith("_token")})
    assert {"access_token", "refresh_token", "id_token"} <= set(answer)
    return answer


def link_a_television(day):
    browser, tv = day.browser, televisions.television(day.auth)
    told = televisions.begun(browser, tv)
    page = televisions.type_code(browser, "BBBB-BBBB")
    page = steps.send(browser, page, user_code=told["user_code"])
    steps.send(browser, page, decision="allow")
    got = televisions.poll(browser, tv, told["device_code"]).json
    waiting = televisions.begun(browser, tv)
    televisions.type_code(browser, waiting["user_code"])
    for each in (told, waiting):
        day.saw(device_code=each["device_code"], user_code=each["user_code"])
        day.saw(user_code=each["user_code"].replace("-", ""))
    day.saw(**{k: v for k, v in got.items() if k.endswith("_token")})


def at_the_bank(day, tokens):
    run(day.bank, "wallets", "fund", day.person.sub, "5000", "--user-id", str(day.person.id))
    shown = {"Authorization": f"Bearer {tokens['access_token']}"}
    at_bank = day.bank.test_client()
    assert at_bank.get("/wallet/me/balance", headers=shown).json["available"] == 5000
    order = {"to": str(uuid.uuid4()), "amount": 10}
    keyed = shown | {"Idempotency-Key": uuid.uuid4().hex}
    at_bank.post("/wallet/me/transfer", json=order, headers=keyed)
    forged = {"Authorization": f"Bearer {tokens['access_token'][:-4]}AAAA"}
    day.saw(forged=forged["Authorization"].removeprefix("Bearer "))
    assert at_bank.get("/wallet/me/balance", headers=forged).status_code == 401


def bearer(day, **claims):
    """Return headers with a token of the person's for the bank, and a fresh key of a deed."""
    now = clock.seconds()
    known = {"iss": houses.ISSUER, "aud": f"{houses.ISSUER}/bank", "sub": day.person.sub}
    known |= {"iat": now, "exp": now + 900, "jti": uuid.uuid4().hex, "user_id": day.person.id}
    known |= {"client_id": "cofrinho", "scope": "wallet:read payments:write atm:withdraw"}
    token = factories.signed(day.auth, known | claims, typ="at+jwt")
    day.saw(bank_token=token)
    return {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid.uuid4().hex}


def pay_and_take_cash(day):
    """Credit a phone, claim one's CPF and phone as keys, and draw a voucher for cash."""
    at_bank = day.bank.test_client()
    topup = {"phone": FRIENDS_PHONE, "carrier": "vivo", "amount": 2_000}
    paid = at_bank.post("/payments/topup", json=topup, headers=bearer(day))
    assert paid.status_code == 201, paid.json
    run(day.bank, "payments", "carry")
    cash = {"amount": 2_000, "channel": "atm"}
    ask = "/atm/withdrawal-request"
    challenge = at_bank.post(ask, json=cash, headers=bearer(day))
    shown = bearer(day, **approved(challenge))
    voucher = at_bank.post(ask, json=cash, headers=shown)
    assert voucher.status_code == 201, voucher.json
    assert at_bank.post(ask, json=cash, headers=shown).json == voucher.json
    with day.bank.app_context(), kept(bank_db):
        for kind, value in (("cpf", CPF), ("phone", PHONE)):
            contacts.claim(day.person.sub, contacts.Contact(kind, value))
        private = bank_db.session.execute(select(DeedKey.kid, DeedKey.private_sealed)).one()
        place = f"bank_deed_keys/{private.kid}/private_sealed"
        opened = day.bank.extensions["sealing"].open(private.private_sealed, place)
    day.saw(voucher=voucher.json["code"], deed_key=json.loads(opened)["d"])


def protect_and_prove(day):
    """Factors, a phone to be proved, an approval that is kept, and a hold that says why."""
    bank = deeds.serve(day.auth)
    with day.auth.test_request_context("/"):
        with kept(db):
            user = lookup.by_id(day.person.id)
            secret = totp.begin(user).secret
            codes = recovery_codes.draw(user.id)
            legal_hold.place(user.sub, f"Ofício 12, CPF {CPF}")
            address = push_service.Browser("https://push.example/a-secret-address").address
            device = devices.seen(user.id, ids.secret(), "curl/8", "203.0.113.9")
            subscriptions.keep(user, device, subscriptions.Address(**address), "curl")
        with kept(db):
            change_contact.ask(user.id, "phone", NEW_PHONE, "203.0.113.9")
        here = stage.come_in(user)
        deed = pending.judged(bank.sign(bank.deed(user.sub, "shop")), "shop")
        with kept(db):
            deciding.decide(deed, here, "approved", method="sms")
        private = db.session.scalar(text("SELECT key_sealed FROM person_keys"))
        place = f"person_keys/{user.sub}/key_sealed"
        key = day.auth.extensions["sealing"].open(bytes(private), place)
    day.saw(totp=secret, payee=json.loads(deed.text)["payee"]["name"], deed=deed.jws)
    day.saw(push=address["endpoint"], push_secret=address["auth"], person_key=key.hex())
    for code in codes:
        day.saw(recovery_code=code, recovery_letters=code.replace("-", ""))


def turn_over_and_fail(day, app, tokens):
    browser = day.browser
    assert CPF not in steps.userinfo(browser, tokens["access_token"]).text
    for token in (tokens["access_token"], tokens["refresh_token"]):
        assert steps.introspect(browser, app, token).json["active"]
    turned = steps.refresh(browser, app, tokens["refresh_token"]).json
    day.saw(**{k: v for k, v in turned.items() if k.endswith("_token")})
    retried = steps.refresh(browser, app, tokens["refresh_token"]).json
    assert retried["refresh_token"] == turned["refresh_token"]
    day.saw(**{k: v for k, v in retried.items() if k.endswith("_token")})
    guess = {"client_id": app.client_id, "client_secret": "palpite-de-segredo-de-um-estranho"}
    day.saw(guessed=guess["client_secret"])
    form = {"grant_type": "client_credentials"} | guess
    assert browser.post("/oauth/token", data=form).status_code in {400, 401}
    query = {"access_token": tokens["access_token"], "client_secret": app.client_secret}
    browser.get("/oauth/userinfo", query_string=query)
    browser.get(f"/oauth/authorize?code={tokens['refresh_token']}&password={PASSWORD}")
    browser.get(f"/nowhere/{tokens['refresh_token']}/{CPF}")
    assert steps.revoke(browser, app, retried["access_token"]).status_code == 200
    browser.post("/oauth/token", json={"password": PASSWORD})


def write_to_people(day):
    code, link = "493027", f"{houses.ISSUER}/reset/uma-ligacao-que-so-a-dona-recebe"
    day.saw(mailed_code=code, mailed_link=link)
    with day.auth.app_context():
        for _ in range(2):
            with kept(db):
                post.mail("reset_code", EMAIL, code=code, link=link, minutes=10)
                post.sms("reset_code", PHONE, code=code, link=link, minutes=10)
            assert delivery.deliver_due()["delivered"] >= 2


def steps_of_operators(day):
    for command in ("clients list", "keys list", "keys rotate", "housekeeping run"):
        run(day.auth, *command.split())
    run(day.auth, "people", "create", "--email", EMAIL, "--password", PASSWORD, fails=True)
    with day.auth.app_context():
        ring = day.auth.extensions["sealing"]
        for row in db.session.scalars(select(SigningKey)):
            place = f"signing_keys/{row.kid}/private_sealed"
            private = json.loads(ring.open(row.private_sealed, place))
            names = {"d", "p", "q", "dp", "dq", "qi"} & set(private)
            day.saw(**{f"{row.alg} {name}": private[name] for name in names})


def sign_out(day, app, tokens):
    answer = day.browser.get("/logout", query_string={"id_token_hint": tokens["id_token"]})
    assert answer.status_code == 303
    steps.follow(day.browser, answer)


def run(app, *command, told=None, fails=False):
    done = app.test_cli_runner().invoke(args=command, input=told and json.dumps(told))
    assert bool(done.exit_code) is fails, done.output
    return done


def dump(app):
    """Return all that every column of every table holds, as one stretch of bytes."""
    with app.app_context(), app.database.engine.connect() as connection:
        tables = app.database.metadata.sorted_tables
        rows = [
            row for table in tables for row in connection.execute(text(f"SELECT * FROM {table}"))
        ]
    assert len(rows) > 5
    return b"\n".join(_bytes(value) for row in rows for value in row)


def file_of(app, house):
    """Return the file of an SQLite database with what was written and removed again."""
    path = app.config[f"{house}_DATABASE_URL"].removeprefix("sqlite:///")
    whole = b""
    for suffix in ("", "-wal"):
        try:
            with open(path + suffix, "rb") as file:
                whole += file.read()
        except FileNotFoundError:
            pass
    assert whole.startswith(b"SQLite format 3")
    return whole


def _bytes(value):
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


def spellings(secret):
    """Yield ``secret`` as text, as the bytes it stands for, in base64 and in hexadecimal."""
    yield secret.encode()
    yield base64.b64encode(secret.encode()).rstrip(b"=")
    yield secret.encode().hex().encode()
    tail = secret.rpartition(".")[2]
    if len(tail) >= 40:
        yield tail.encode()  # a signature, or the secret part of a refresh token
        if re.fullmatch(r"[\w-]+={0,2}", tail, re.ASCII):
            yield base64.urlsafe_b64decode(tail.rstrip("=") + "=" * (-len(tail.rstrip("=")) % 4))


def found_in(heap, secrets):
    """Return the names of the secrets that are in ``heap``."""
    return {name for name, secret in secrets.items() if any(s in heap for s in spellings(secret))}


@asvs("13.3.1", "14.2.4")
@mission("S118")
def test_no_secret_is_in_any_column_of_either_database(day, database_kind):
    live(day)

    assert len(day.secrets) > 30
    assert found_in(dump(day.auth), day.secrets) == set()
    assert found_in(dump(day.bank), day.secrets) == set()
    if database_kind == "sqlite":
        assert found_in(file_of(day.auth, "AUTH"), day.secrets) == set()
        assert found_in(file_of(day.bank, "BANK"), day.secrets) == set()


@mission("S118")
@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_the_records_of_both_houses_name_nobody_but_by_number(day):
    """What stays for ever holds nothing that a person could ask to have erased."""
    live(day)

    people = {"e-mail": EMAIL, "e-mail's name": EMAIL.partition("@")[0], "state": STATE}
    for app, table in ((day.auth, "audit_records"), (day.bank, "bank_records")):
        with app.app_context(), app.database.engine.connect() as connection:
            rows = connection.execute(text(f"SELECT * FROM {table}")).all()
        heap = b"\n".join(_bytes(value) for row in rows for value in row)
        assert len(rows) > 3
        assert found_in(heap, day.secrets | people) == set()
        assert b'"Ana"' not in heap


@asvs("14.2.4", "16.2.5")
@abuse("G-05")
@pytest.mark.parametrize("form", ["json", "pretty"])
@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_no_secret_and_no_person_is_in_the_log(day, form, capfd, monkeypatch):
    monkeypatch.setattr("app.foundation.logs._Lines.pretty", form == "pretty")
    capfd.readouterr()

    live(day)

    said = capfd.readouterr()
    people = {"e-mail": EMAIL, "state": STATE}
    assert said.err.count("\n") > 30
    assert found_in(f"{said.out}\n{said.err}".encode(), day.secrets | people) == set()


def test_the_search_finds_what_is_there(day):
    secrets = {"plain": "abacate-voador", "token": "x.y." + "A1b2" * 11}

    for heap in (b"..abacate-voador..", base64.b64encode(b"abacate-voador"), b"abacate-voador"):
        assert found_in(heap, secrets) == {"plain"}
    raw = base64.urlsafe_b64decode("A1b2" * 11)
    assert found_in(b"--" + raw + b"--", secrets) == {"token"}


FORGED = '{"event": "forged", "level": "error"}'
HOSTILE = f"x\r\n{FORGED}\r\n\x1b[31m\x1b]0;owned\x07\u2028\u202e\x85\x00"


@asvs("16.4.1")
@abuse("G-04")
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_nobody_writes_a_line_of_their_own_into_the_log(create_house, capfd):
    auth = create_house("auth", TRUSTED_PROXIES=1)
    browser = auth.test_client()
    raw = HOSTILE.encode().decode("latin1")
    capfd.readouterr()

    page = steps.follow(browser, steps.ask(browser, factories.app(auth)))
    steps.send(browser, page, username=HOSTILE, password=HOSTILE)
    for environ in (
        {"HTTP_USER_AGENT": raw},
        {"HTTP_X_FORWARDED_FOR": raw},
        {"HTTP_X_REQUEST_ID": raw},
        {"HTTP_REFERER": raw, "HTTP_ACCEPT_LANGUAGE": raw},
        {"PATH_INFO": "/" + raw},
        {"PATH_INFO": "/oauth/authorize/" + raw},
    ):
        browser.get("/login", environ_overrides=environ)
    query = {"client_id": HOSTILE, "scope": HOSTILE, "ui_locales": HOSTILE}
    browser.get("/oauth/authorize", query_string=query)
    browser.post("/oauth/token", data={"grant_type": HOSTILE, "client_id": HOSTILE})
    browser.post("/oauth/token", data=HOSTILE, content_type=raw.replace("\r\n", ""))

    lines = capfd.readouterr().err.splitlines()
    told = [json.loads(line) for line in lines]
    assert len([line for line in told if line["event"] == "request"]) >= 10
    assert not [line for line in told if line["event"] == "forged"]
    assert all(line.isprintable() for line in lines)


@asvs("16.4.1")
@abuse("G-04")
def test_nobody_writes_a_line_of_their_own_into_the_record(create_house):
    auth = create_house("auth")
    factories.keys(auth)
    person, app, browser = factories.person(auth), factories.app(auth), auth.test_client()
    browser.environ_base["HTTP_USER_AGENT"] = HOSTILE.encode().decode("latin1")

    steps.authorize(browser, app, person)

    with auth.app_context():
        rows = db.session.execute(text("SELECT event, actor, subject, data FROM audit_records"))
        kept = "".join(str(value) for row in rows for value in row)
        agents = "".join(db.session.scalars(text("SELECT user_agent FROM sessions")))
    assert kept.isprintable()
    assert agents.isprintable()
    assert "forged" not in kept
