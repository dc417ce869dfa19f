"""Furnish an empty database for a run: tables, keys, clients, a person, and wallets with money.

Run as ``python -m bench.furnish`` with the settings of the run in its environment, so that all
commands share one process; prints clients and purses as JSON.
"""

import json

from flask_migrate import upgrade

import wsgi
from app.auth.accounts import registration as accounts
from app.auth.database import db
from app.auth.keys import ring, rotation
from app.bank.database import db as bank_db
from app.bank.ledger import funding
from app.bank.wallet import payees
from app.foundation import clock, ids
from app.foundation.database import kept
from bench import furnish_cash, operations
from bench.setting import PERSON, REDIRECT_URI

BASIC = {"token_endpoint_auth_method": "client_secret_basic"}
APP = BASIC | {
    "client_name": "Bench",
    "redirect_uris": [REDIRECT_URI],
    "grant_types": ["authorization_code", "refresh_token"],
    "scope": operations.SCOPE,
}
MACHINE = BASIC | {
    "client_name": "Machine",
    "grant_types": ["client_credentials"],
    "response_types": [],
    "scope": "reports:read",
}
BANK = BASIC | {
    "client_name": "Bank",
    "grant_types": ["client_credentials"],
    "response_types": [],
    "scope": "people:resolve notices:send",
}
PURSES = 32  # two for each of sixteen connections
FUNDED_MINOR = 10**11
CLIENTS = {
    "app": APP,
    "machine_es256": MACHINE | {"access_token_signed_response_alg": "ES256"},
    "machine_rs256": MACHINE | {"access_token_signed_response_alg": "RS256"},
}


def furnish(app, bank):
    """Migrate the house and register who acts in it; return the clients and the purses."""
    with app.app_context():
        upgrade()
        with kept(db):
            rotation.ensure()
        db.session.remove()
    clients = {name: _client(app, metadata) for name, metadata in CLIENTS.items()}
    named = [f"--{name}={value}" for name, value in PERSON.items()]
    _command(app, "people", "create", *named, "--verified")
    return {"clients": clients, "purses": _purses(app, bank.config)}


def _purses(app, bank):
    """People with accounts, and tokens of theirs signed with the server's own key."""
    purses = []
    known = ("--client-id", bank["BANK_CLIENT_ID"], "--client-secret", bank["BANK_CLIENT_SECRET"])
    _client(app, BANK | {"audiences": [bank["BANK_AUDIENCE"]]}, *known)
    with app.app_context(), kept(db):
        for _ in range(PURSES):
            name = ids.new("person")
            told = accounts.NewPerson(f"{name}@portaria.example", PERSON["password"])
            user = accounts.create(told)
            now = clock.seconds()
            claims = {"iss": bank["ISSUER"], "aud": bank["BANK_AUDIENCE"], "sub": user.sub}
            claims |= {"iat": now, "exp": now + 7200, "jti": ids.secret(128), "user_id": user.id}
            claims |= {"client_id": "bench", "scope": "wallet:read wallet:transfer"}
            purses.append((user.sub, ring.sign(claims, alg="ES256", typ="at+jwt")))
    return purses


def fill(app, purses):
    """Migrate the bank and give each of ``purses`` a wallet with money, and one known payee."""
    with app.app_context():
        upgrade()
        half = len(purses) // 2
        for number, (sub, _) in enumerate(purses):
            with kept(bank_db):
                funding.fund(sub, FUNDED_MINOR)
                payees.trust(sub, purses[(number + half) % len(purses)][0])
        bank_db.session.remove()


def _client(app, metadata, *known):
    asked = json.dumps(metadata)
    told = json.loads(_command(app, "clients", "register", "--json", *known, asked=asked))
    return told["client_id"], told["client_secret"]


def _command(app, *words, asked=""):
    """Run a command of the server's command line. Raises RuntimeError: when it fails."""
    done = app.test_cli_runner().invoke(args=words, input=asked)
    if done.exit_code:
        raise RuntimeError(f"{' '.join(words[:2])}: {done.output}") from done.exception
    return done.stdout


if __name__ == "__main__":
    bank = wsgi.bank()
    furniture = furnish(wsgi.auth(), bank)
    fill(bank, furniture["purses"])
    furniture["cash"] = furnish_cash.cash(wsgi.auth(), bank)
    print(json.dumps(furniture))
