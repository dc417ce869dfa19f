"""Terminals, and vouchers that wait to be paid out at them: each is good once."""

from app.auth.database import db
from app.auth.keys import ring
from app.bank.atm import orders, terminals, withdrawals
from app.bank.atm.models import MACHINE
from app.bank.database import db as bank_db
from app.bank.gate import Caller
from app.bank.ledger import entries, funding
from app.foundation import clock, ids
from app.foundation.database import kept

CLIENT = "bench-machines"
TERMINALS = 16  # one for each connection
VOUCHERS = 9000  # for a measured row and its warming up
AMOUNT_MINOR = 10_000
BATCH = 200  # in one transaction: this is no part of what is measured


def cash(app, bank):
    """Return the vouchers' codes, the terminals' ids, and a token of the machines' client."""
    return {"token": _token(app, bank.config), "terminals": _terminals(bank)} | _vouchers(bank)


def _token(app, bank):
    now = clock.seconds()
    claims = {"iss": bank["ISSUER"], "aud": bank["BANK_AUDIENCE"], "sub": CLIENT}
    claims |= {"iat": now, "exp": now + 7200, "jti": ids.secret(128), "client_id": CLIENT}
    with app.app_context(), kept(db):
        return ring.sign(claims | {"scope": "atm:validate"}, alg="ES256", typ="at+jwt")


def _terminals(bank):
    with bank.app_context(), kept(bank_db):
        return [
            terminals.add(CLIENT, MACHINE, name="Caixa", place="Praça da Sé")
            for _ in range(TERMINALS)
        ]


def _vouchers(bank):
    order = orders.Order(AMOUNT_MINOR, bank.config["DEFAULT_CURRENCY"], MACHINE)
    with bank.app_context():
        codes = []
        while len(codes) < VOUCHERS:
            with kept(bank_db):
                codes += [_voucher(order) for _ in range(BATCH)]
        bank_db.session.remove()
    return {"codes": codes}


def _voucher(order):
    sub = ids.new("holder")
    funding.fund(sub, AMOUNT_MINOR)
    [wallet] = entries.lock_owned(sub)
    return withdrawals.keep(order, Caller(sub, CLIENT), wallet, clock.now()).voucher.code
