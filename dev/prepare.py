"""What a server on a developer's machine needs before it starts: tables, keys, people, clients.

Both houses are migrated in this one process: a ``flask`` command each would cost a second each.
Safe to repeat: what is there is left as it is.
"""

import json
import logging
import sys
from pathlib import Path

import flask_migrate
from sqlalchemy import select

import config
from app.auth import first_run
from app.auth.accounts import lookup, registration
from app.auth.accounts.registration import NewPerson
from app.auth.assembly import create_app as create_auth
from app.auth.clients import registration as clients
from app.auth.consents import scopes
from app.auth.database import db as auth_db
from app.auth.flows import register_client
from app.auth.institutions import branding, directory, members, roles
from app.bank.assembly import create_app as create_bank
from app.bank.atm import terminals
from app.bank.atm.models import MACHINE
from app.bank.database import db as bank_db
from app.bank.ledger import funding
from app.bank.ledger.models import Wallet
from app.bank.wallet import contacts, payees
from app.foundation.database import kept
from app.foundation.problems import NotFound
from dev import cast, prepared, secrets_file
from dev.demo import mounted


def main(*origins):
    """Prepare both houses, and remember that it is done. origins: where else the demo lives."""
    secrets = secrets_file.complete()
    settings = config.load(config.Auth)
    demo_client = cast.demo_client_id(settings.ISSUER)
    auth = create_auth(settings)
    _migrate(auth)
    first_run.ensure(auth)
    with auth.app_context(), kept(auth_db):
        people = (cast.PERSON, cast.PAYEE, cast.FRIEND)
        subs = [_person(NewPerson(**person)) for person in people]
        _second_bank()
        bank_client = cast.BANK_CLIENT | {"audiences": [settings.BANK_AUDIENCE]}
        _client(secrets["BANK_CLIENT_ID"], secrets["BANK_CLIENT_SECRET"], bank_client)
        for origin in (settings.ISSUER, *origins):
            demo = mounted.metadata(origin)
            _client(cast.demo_client_id(origin), secrets["DEMO_CLIENT_SECRET"], demo)
        keys = mounted.machine_keys(secrets["DEMO_MACHINE_KEY"])
        _client(cast.MACHINE_CLIENT_ID, None, cast.MACHINE_CLIENT | {"jwks": keys})
    bank = create_bank(config.load(config.Bank))
    _migrate(bank)
    with bank.app_context(), kept(bank_db):
        for sub in subs:
            _money(sub)
        payees.trust(subs[0], subs[1])
        _key(subs[2], contacts.Contact("email", cast.FRIEND["email"]))
        _terminal()
    secrets |= {"DEMO_CLIENT_ID": demo_client, "DEMO_PAYEE": subs[1]}
    secrets |= {"DEMO_FRIEND": cast.FRIEND["email"]}
    secrets |= {"DEMO_MACHINE_CLIENT_ID": cast.MACHINE_CLIENT_ID}
    secrets |= {"DEMO_MACHINE_TERMINAL": cast.TERMINAL["terminal_id"]}
    if secrets_file.read() != secrets:
        secrets_file.write(secrets)
    prepared.remember(settings.ISSUER)


def _migrate(app):
    logging.getLogger("alembic").setLevel(logging.WARNING)
    with app.app_context():
        flask_migrate.upgrade()


def _person(person):
    user = lookup.by_identifier(person.email)
    if user is None:
        user = registration.create(person)
        roles.give(user, ("user",))
        members.ensure(cast.INSTITUTION)
        members.join(user.id, cast.INSTITUTION)
    return user.sub


def _second_bank():
    """Open Banco Aurora and dress it, once: what was done to it since stays."""
    try:
        directory.get(cast.AURORA["code"])
    except NotFound:
        directory.create(cast.AURORA["code"], cast.AURORA["name"])
        logo = Path(cast.AURORA["logo"]).read_bytes()
        branding.change(
            cast.AURORA["code"], branding.Brand(colours=cast.AURORA["colours"], logo=logo)
        )


def _client(client_id, secret, described):
    try:
        stood = json.loads(clients.get(client_id).described)
    except clients.NotFound:
        register_client.register(
            described, scopes=scopes.EVERY, client_id=client_id, client_secret=secret
        )
        return
    more = {"scope": _also(stood["scope"].split(), described["scope"].split())}
    more["audiences"] = _also(stood.get("audiences", []), described.get("audiences", []))
    if any(more.values()):
        scope = " ".join(stood["scope"].split() + more["scope"])
        grown = {"scope": scope, "audiences": stood.get("audiences", []) + more["audiences"]}
        changed = stood | {name: grown[name] for name, new in more.items() if new}
        register_client.change(client_id, changed, scopes=scopes.EVERY)


def _also(stood, wanted):
    return [name for name in wanted if name not in stood]


def _money(sub):
    if bank_db.session.scalar(select(Wallet.id).where(Wallet.owner_sub == sub)) is None:
        funding.fund(sub, cast.MONEY_MINOR)


def _key(sub, contact):
    """Let the friend be paid by e-mail, as she herself would say on a page of her account."""
    if contacts.owner_of(contact) is None:
        contacts.claim(sub, contact)


def _terminal():
    known = {row.id for row in terminals.everyone()}
    if cast.TERMINAL["terminal_id"] not in known:
        terminals.add(cast.MACHINE_CLIENT_ID, MACHINE, **cast.TERMINAL)


if __name__ == "__main__":
    main(*sys.argv[1:])
