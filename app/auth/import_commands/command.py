"""``flask people import FILE``: bring people in from another system (C6, C-09).

Exits 0 when everybody is in, 1 when some are not, 2 when the file is unusable and nothing was
written, 130 when it was stopped by Ctrl-C; a second run goes on where the first one ended.
"""

import itertools
import json
import signal
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import click
from flask.cli import with_appcontext

from app.auth.database import db
from app.auth.flows.four_eyes import policy
from app.auth.flows.imports import batch
from app.auth.flows.imports.rules import Allowed
from app.auth.flows.imports.seen import Seen
from app.auth.import_commands import progress, reading
from app.auth.institutions import members, roles
from app.foundation import clock
from app.foundation.command_line import work

SHOWN = 20  # faults on the screen; the report has them all
GO_ON = "Run the same command again to go on; who is in already is passed over."


class _Unusable(click.ClickException):
    exit_code = 2


class _Source(NamedTuple):
    path: str
    kind: str
    delimiter: str


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--format", "kind", type=click.Choice(["jsonl", "csv"]), help="Else by its ending.")
@click.option("--delimiter", default=",", help="What divides the columns of CSV; , by default.")
@click.option("--dry-run", "dry", is_flag=True, help="Check everything, write nothing.")
@click.option("--report", type=click.Path(dir_okay=False), help="Where every bad line goes, JSON.")
@click.option("--allow-admin", is_flag=True, help="Lines may give the role admin.")
@click.option(
    "--add-institution", "codes", multiple=True, metavar="CODE", help="Make it, if there is none."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_appcontext
def bring_in(file, kind, delimiter, as_json, **how):
    """Bring people in from FILE: JSON lines, or CSV. docs/import-people.md tells what it says."""
    begun = clock.ticks()
    try:
        source = _Source(file, kind or reading.kind_of(file), _one_letter(delimiter))
        tally = _Tally(reading.survey(*source))
        with ExitStack() as open_things:
            tally.report_to(open_things, how["report"], file)
            _run(source, tally, how)
    except reading.Unusable as error:
        raise _Unusable(str(error)) from error
    tally.tell(how["dry"], as_json, clock.ticks() - begun)
    raise SystemExit(tally.exit_code())


def _run(source, tally, how):
    with work(db):
        allowed = _allowed(how)
    seen = Seen()
    try:
        with _until_stopped() as stopped, progress.shown(tally.total) as more:
            for lines in _batches(reading.lines(*source)):
                with _telling_how_to_go_on():
                    tally.add(batch.bring(lines, allowed, seen, dry=how["dry"]))
                more(len(lines))
                if stopped():
                    tally.stopped = True
                    return
    finally:
        seen.close()


def _allowed(how):
    """What lines may give; makes roles and institutions, but in a dry run."""
    if not how["dry"]:
        roles.ensure()
        for code in how["codes"]:
            members.ensure(code)
    names = set(roles.CATALOGUE) - (set() if how["allow_admin"] else {"admin"})
    if policy.wanted_anywhere():  # a role is then given by two
        names = {roles.EVERYBODY}
    return Allowed(frozenset(names), frozenset(members.known_codes() | {*how["codes"]}))


def _one_letter(delimiter):
    letter = {"\\t": "\t", "tab": "\t"}.get(delimiter, delimiter)
    if len(letter) != 1 or not letter.isascii() or letter.isalnum() or letter in '"\r\n ':
        raise reading.Unusable("The delimiter must be one letter that is no part of what is said.")
    return letter


def _batches(lines):
    while some := list(itertools.islice(lines, batch.SIZE)):
        yield some


@contextmanager
def _telling_how_to_go_on():
    try:
        with work(db):
            yield
    except click.ClickException as error:
        raise click.ClickException(f"{error.message} {GO_ON}") from error


@contextmanager
def _until_stopped():
    """Yield a function: was Ctrl-C typed? A second one ends it at once, undoing the batch."""
    asked = []

    def stop(*_):
        asked.append(True)
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield lambda: bool(asked)
    finally:
        signal.signal(signal.SIGINT, before)


class _Tally:
    """What became of the lines so far."""

    def __init__(self, total):
        self.total = total
        self.stopped = False
        self._imported = self._already = self._refused = 0
        self._first, self._faults, self._report = [], 0, None

    def report_to(self, open_things, path, source):
        """Write every fault to the file at ``path``, if any."""
        if path is None:
            return
        if Path(path).exists() and Path(path).samefile(source):
            raise reading.Unusable("The report would take the place of the file itself.")
        try:
            self._report = open(path, "w", encoding="utf-8")  # noqa: SIM115 (open to the end)
            open_things.enter_context(self._report)
        except OSError:
            raise reading.Unusable("The report cannot be written there.") from None

    def add(self, outcome):
        """Count what became of one batch."""
        self._imported += outcome.imported
        self._already += outcome.already
        self._refused += len({number for number, _ in outcome.refused})
        self._faults += len(outcome.refused)
        self._first += outcome.refused[: SHOWN - len(self._first)]
        if self._report:
            rows = ({"line": number, **fault._asdict()} for number, fault in outcome.refused)
            self._report.writelines(f"{json.dumps(row)}\n" for row in rows)
            self._report.flush()

    def exit_code(self):
        """Return 0 when everybody is in, 1 when not, 130 when it was stopped."""
        return 130 if self.stopped else int(self._refused > 0)

    def tell(self, dry, as_json, seconds):
        """Print all of it."""
        counts = {"lines": self.total, "imported": self._imported, "already": self._already}
        counts |= {"refused": self._refused, "dry_run": dry, "stopped": self.stopped}
        if as_json:
            first = [{"line": number, **fault._asdict()} for number, fault in self._first]
            click.echo(json.dumps(counts | {"seconds": round(seconds, 1), "faults": first}))
            return
        for number, fault in self._first:
            click.echo(f"line {number}: {fault.field}: {fault.reason}")
        if self._faults > len(self._first):
            click.echo(f"… and {self._faults - len(self._first)} more; --report FILE has them all.")
        done = "would come in" if dry else "came in"
        click.echo(
            f"Of {self.total} lines {self._imported} {done}, {self._already} were in already,"
            f" {self._refused} are bad; {seconds:.0f} s."
        )
        if self.stopped:
            click.echo(f"Stopped before the end. {GO_ON}")
