"""What every command promises: its work is kept whole, or undone whole and told in one line."""

import json
from contextlib import contextmanager

import click
from sqlalchemy.exc import OperationalError, ProgrammingError

from app.foundation.database import kept
from app.foundation.problems import Problem


@contextmanager
def work(database):
    """Keep what one command wrote, or undo it, say what is wrong and exit 1."""
    try:
        with kept(database):
            yield
    except Problem as problem:
        raise click.ClickException(problem.description) from problem
    except (OperationalError, ProgrammingError) as error:
        raise click.ClickException("The database is away, or not migrated.") from error


def tell(rows, as_json):
    """Print ``rows`` (a list of dicts): JSON, or a line each."""
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for row in rows:
        click.echo("  ".join(str(value) for value in row.values() if value is not None))
