"""What each request and each command writes to the record, seen beside whatever a test tries.

Every application of the tests is watched, and what was written is read once, when it is closed:
``tests/told.toml`` says what each may write. So no route and no command changes something in
silence, or tells it twice, in any test there is.
"""

import tomllib
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

from flask import g, request
from flask.testing import FlaskCliRunner
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.foundation.problems import Problem

TABLE = Path(__file__).parents[1] / "told.toml"
RECORDS = {"auth": "audit_records", "bank": "bank_records"}
READS = {"GET", "HEAD", "OPTIONS"}
NOTHING = "-"  # among events: it may have changed nothing
MANY = "*"  # after an event: one or more of it, of many things that one deed befell alike


def watch(app, house):
    """Note every request that may change something, and every command, of ``app``."""
    app.extensions["told"] = seen = Seen(app, house)
    app.after_request(seen.note)
    app.test_cli_runner_class = Runner


def check(app):
    """Compare what was seen of ``app`` with the table; raises AssertionError."""
    seen = app.extensions.get("told")
    for name, events in seen.outcomes() if seen else ():
        allowed = table(seen.house).get(name)
        if allowed is not None and not fits(events, allowed):
            said = ", ".join(events) or "nothing"
            raise AssertionError(f"{name} wrote {said}, as tests/told.toml does not say")


@cache
def table(house):
    """Return what each route (``POST /x``) and command of ``house`` may write: name → events.

    Of one that writes nothing: why, as text.
    """
    told = tomllib.loads(TABLE.read_text("utf-8"))[house]
    return told["routes"] | told["commands"]


def fits(events, allowed):
    """Is each of ``events`` among ``allowed``, and there once, unless more are allowed?"""
    if not events:
        return isinstance(allowed, str) or NOTHING in allowed
    found = Counter(events)
    once = {event for event, times in found.items() if times == 1}
    named = {event.removesuffix(MANY) for event in allowed}
    many = {event.removesuffix(MANY) for event in allowed if event.endswith(MANY)}
    return not isinstance(allowed, str) and once <= named and found.keys() - once <= many


class Seen:
    """The requests and commands of one application that came to their end."""

    def __init__(self, app, house):
        self.house = house
        self._app, self._asked, self._done = app, {}, []

    def note(self, answer):
        """Remember which route this request asked, unless it was refused."""
        if request.method not in READS and request.url_rule and answer.status_code < 400:
            self._asked[g.request_id] = f"{request.method} {request.url_rule}"
        return answer

    def last(self):
        """Return the number of the last line of the record; None where there is no record."""
        rows = self._rows("SELECT COALESCE(MAX(seq), 0) FROM {}")
        return rows and rows[0][0]

    def command(self, name, since):
        """Remember what a command wrote after line ``since``."""
        query = "SELECT event FROM {} WHERE seq > :seq AND request_id IS NULL"
        rows = self._rows(query, seq=since)
        self._done.append((name, [row[0] for row in rows or ()]))

    def outcomes(self):
        """Return pairs: what was asked, and the events it wrote."""
        query = "SELECT request_id, event FROM {} WHERE request_id IS NOT NULL"
        rows = self._rows(query) if self._asked else None
        if rows is None:  # nobody asked, or the test took the database away
            return self._done
        told = defaultdict(list)
        for request_id, event in rows:
            told[request_id].append(event)
        return [(name, told[each]) for each, name in self._asked.items()] + self._done

    def _rows(self, query, **values):
        try:
            with self._app.app_context(), self._app.database.engine.connect() as connection:
                written = text(query.format(RECORDS[self.house]))
                return connection.execute(written, values).all()
        except (SQLAlchemyError, Problem):
            return None


class Runner(FlaskCliRunner):
    """Runs commands, and has what each wrote remembered."""

    def invoke(self, cli=None, args=None, **more):
        """Run one, as FlaskCliRunner does."""
        seen = self.app.extensions["told"]
        since = seen.last()
        done = super().invoke(cli, args, **more)
        if since is not None and done.exit_code == 0:
            seen.command(_name(self.app.cli, args or ()), since)
        return done


def _name(group, args):
    name = []
    for word in args:
        group = getattr(group, "commands", {}).get(str(word))
        if group is None:
            break
        name.append(str(word))
    return " ".join(name)


def names(app):
    """Return every route that may change something, and every command of our own (a set)."""
    rules = app.url_map.iter_rules()
    routes = {f"{method} {rule}" for rule in rules for method in rule.methods - READS}
    return routes | {each for each in _commands(app.cli) if not each.startswith("db ")}


def _commands(group, way=()):
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command, (*way, name))
        else:
            yield " ".join((*way, name))
