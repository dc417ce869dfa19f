"""What every command promises: its work is kept whole, or undone whole and told in one line."""

import json
from contextlib import contextmanager

import click
from sqlalchemy.exc import OperationalError, ProgrammingError

from app.foundation.database import kept
from app.foundation.problems import Problem, Unavailable

_AWAY = "The database is away, or not migrated."


@contextmanager
def work(database):
    """Keep what one command wrote, or undo it, say what is wrong and exit 1."""
    try:
        with kept(database):
            yield
    except (OperationalError, ProgrammingError) as error:
        raise click.ClickException(_AWAY) from error
    except Problem as problem:
        is_database = problem.description == Unavailable.description  # a hot statement's
        raise click.ClickException(_AWAY if is_database else problem.description) from problem


def tell(rows, as_json):
    """Print ``rows`` (a list of dicts): JSON, or a line each."""
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for row in rows:
        click.echo("  ".join(str(value) for value in row.values() if value is not None))
