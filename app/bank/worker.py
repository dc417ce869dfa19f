"""The worker: what the bank does beside the requests (:mod:`app.foundation.duties`)."""

import click
from flask.cli import with_appcontext

from app.bank import housekeeping
from app.bank.atm import expiry
from app.bank.database import db
from app.bank.deeds import turning
from app.bank.duties import BEATS
from app.bank.outbox import draining
from app.bank.payments import courier
from app.bank.wallet import forgetting
from app.foundation import duties
from app.foundation.database import kept

BEAT_SECONDS = 1  # people are to hear of a payment within seconds
EXPIRY_SECONDS = 5  # until money of a voucher that is over can be spent again
PAUSE_SECONDS = 60


def attend(duty):
    """Do one duty; see :func:`duties.attend`."""
    full = _FULL.get(duty)
    return duties.attend(db, duty, lambda done: full is not None and full(done), BEATS.note)


def _payments():
    return courier.run_once()


def _notices():
    return draining.hand_over()


def _vouchers():
    return expiry.run_once()


def _owners():
    return forgetting.run_once()


def _house():
    return housekeeping.run()


def _keys():
    with kept(db):
        return turning.keep_timetable()


_FULL = {_payments: courier.is_full, _notices: draining.is_full}
DUTIES = {  # what is done, and seconds between
    "payments": (_payments, BEAT_SECONDS),
    "notices": (_notices, BEAT_SECONDS),
    "vouchers": (_vouchers, EXPIRY_SECONDS),
    "owners": (_owners, PAUSE_SECONDS),
    "house": (_house, PAUSE_SECONDS),
    "keys": (_keys, PAUSE_SECONDS),
}


@click.command("worker", help="Carry payments out, tell people of their money, keep house.")
@click.option("--once", is_flag=True, help="Do every duty once and stop.")
@click.option("--duty", "names", multiple=True, type=click.Choice(list(DUTIES)), help="Only this.")
@with_appcontext
def run(once, names):
    """Do every duty in its time until stopped; SIGTERM or SIGINT lets those under way end."""
    chosen = [DUTIES[name] for name in names or DUTIES]
    duties.keep_at(dict(chosen), attend, once=once)
