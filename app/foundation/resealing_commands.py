"""``flask sealing …``, of either house: which sealing keys are in use; seal again what is old."""

import sys
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from typing import NamedTuple

import click
from flask import current_app
from flask.cli import AppGroup

from app.foundation import put_away, resealing
from app.foundation.command_line import tell, work
from app.foundation.database import kept


class House(NamedTuple):
    """What one house has under its sealing keys.

    columns: every :class:`resealing.Sealed`; index_keys: its model of them; purposes: those whose
    index keys are kept; note: records that so many values (a number) were sealed again; settle:
    does what else must be done before an older key may go; passing: returns how many things that
    end by themselves each key still holds, by what they are.
    """

    db: object
    columns: tuple
    index_keys: type
    purposes: tuple
    note: Callable
    settle: Callable = lambda: None
    passing: Callable = dict


def group(house):
    """Return the commands of ``house``."""
    sealing = AppGroup("sealing", help="See the sealing keys in use; seal again what is old.")
    as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")

    @sealing.command("status")
    @as_json
    def status(as_json):
        """Print what each sealing key holds, and which may leave SEALING_KEYS."""
        with work(house.db):
            told = _status(house)
        tell(told if as_json else [_line(one) for one in told], as_json)

    @sealing.command("rotate")
    @as_json
    def rotate(as_json):
        """Seal everything again under the first of SEALING_KEYS. Stopped, it goes on next time."""
        ring = current_app.extensions["sealing"]
        with work(house.db):
            with kept(house.db):
                put_away.keep(house.db, house.index_keys, ring, house.purposes)
            done = _reseal(house, ring, as_json)
            if sealed := sum(each.sealed for each in done.values()):
                with kept(house.db):
                    house.note(sealed)
            house.settle()
            told = _status(house)
        rows = [{"column": name, **each._asdict()} for name, each in done.items()]
        if as_json:
            tell({"columns": rows, "keys": told}, as_json)
        else:
            tell([_said(row) for row in rows if row["sealed"] or row["stuck"]], as_json)
            tell([_line(one) for one in told], as_json)
        if any(each.stuck for each in done.values()):
            sys.exit(1)

    return sealing


def _reseal(house, ring, quiet):
    counts = resealing.count(house.db, house.columns)
    done = {}
    with _progress(sum(counts.values()), quiet) as progress:
        for one in house.columns:
            done[one.name] = resealing.reseal(house.db, ring, one, progress)
    return done


def _status(house):
    ring = current_app.extensions["sealing"]
    holds = {name: Counter() for name in ring.names}
    for where, names in (resealing.used(house.db, house.columns) | house.passing()).items():
        for name, count in names.items():
            holds.setdefault(name, Counter())[where] = count
    kept_of = put_away.kept_of(house.db, house.index_keys)
    wanted = set(house.purposes)
    return [
        {
            "key": name,
            "first": name == ring.names[0],
            "in_ring": name in ring.names,
            "holds": dict(holds[name]),
            "index_keys_kept": wanted <= kept_of.get(name, set()),
            "may_go": (
                name in ring.names[1:] and not holds[name] and wanted <= kept_of.get(name, set())
            ),
        }
        for name in holds
    ]


def _line(one):
    holds = ", ".join(f"{count} {where}" for where, count in sorted(one["holds"].items()))
    if one["first"]:
        then = "seals"
    elif not one["in_ring"]:
        then = "is missing from SEALING_KEYS"
    else:
        then = "may go" if one["may_go"] else "is needed"
    return {"key": one["key"], "then": then, "holds": holds or "nothing"}


def _said(row):
    told = {"column": row["column"], "sealed": f"{row['sealed']} sealed again"}
    return told | ({"stuck": f"{row['stuck']} that no key opens"} if row["stuck"] else {})


@contextmanager
def _progress(length, quiet):
    hidden = quiet or not sys.stderr.isatty()
    with click.progressbar(length=length, label="Sealing", file=sys.stderr, hidden=hidden) as bar:
        yield bar.update
