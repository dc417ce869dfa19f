"""A database for each test: a copy of a template that was migrated once for the whole run.

On PostgreSQL one that a test gave back is emptied and serves the next.
"""

import fcntl
import itertools
import shutil
from collections import defaultdict
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from tests.support import keeper, pairs
from tests.support.wiped import Wiped


class Databases:
    """Makes and drops the databases of one test process.

    folder: of the run, shared by its processes; worker: this process's name; migrate: a function
    that brings the empty database of a house at an address to its newest shape.
    """

    def __init__(self, folder, worker, migrate):
        self._folder = Path(folder)
        self._prefix = f"{self._folder.name.replace('-', '_')}_{worker}"
        self._numbers = itertools.count(1)
        self._migrate = migrate
        self._known = {}  # address → its house, and how it is emptied
        self._spare = defaultdict(list)  # house → addresses

    def new(self, house, kind):
        """Return the address of a fresh, migrated database. Raises Missing."""
        if kind == "sqlite":
            template = self._template_file(house)
            copy = self._folder / f"{self._prefix}_{next(self._numbers)}.sqlite3"
            shutil.copyfile(template, copy)
            return f"sqlite:///{copy}"
        if not self._spare[house]:
            url = self.empty(template=self._template_database(house))
            self._known[url] = house, Wiped(_for_libpq(url))
            return url
        return self._spare[house].pop()

    def empty(self, template="template1"):
        """Return the address of a PostgreSQL database copied from ``template``. Raises Missing."""
        name = f"{self._prefix}_{next(self._numbers)}"
        self._administer(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self._named(name)

    def drop(self, url):
        """Take back a database that :meth:`new` or :meth:`empty` made, whoever is still in it."""
        pairs.begin_again(url)
        made = make_url(url)
        if made.drivername == "sqlite":
            for file in self._folder.glob(f"{Path(made.database).name}*"):
                file.unlink()
            return
        house, wiped = self._known.get(url, (None, None))
        if wiped and wiped.again():
            self._spare[house].append(url)
        else:
            self.remove(url)

    def remove(self, url):
        """Remove a PostgreSQL database for good, whoever is still in it."""
        self._known.pop(url, None)
        self._remove(make_url(url).database)

    def drop_spare(self):
        """Remove what waits to serve again."""
        for url in itertools.chain(*self._spare.values()):
            self._remove(make_url(url).database)

    def drop_templates(self):
        """Remove this run's templates from a server that outlives it."""
        for marker in self._folder.glob("postgresql-*.made"):
            self._remove(marker.read_text())

    def _remove(self, name):
        self._administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _template_file(self, house):
        file = self._folder / f"{house}-template.sqlite3"
        with self._once(f"sqlite-{house}") as made:
            if not made.exists():
                self._migrate(house, f"sqlite:///{file}")
                made.write_text(file.name)
        return file

    def _template_database(self, house):
        name = f"{self._folder.name.replace('-', '_')}_{house}"
        with self._once(f"postgresql-{house}") as made:
            if not made.exists():
                self._administer(f'CREATE DATABASE "{name}"')
                self._migrate(house, self._named(name))
                made.write_text(name)
        return name

    @contextmanager
    def _once(self, what):
        with open(self._folder / f"{what}.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield self._folder / f"{what}.made"

    def _named(self, name):
        server = make_url(keeper.ask(self._folder, "postgresql"))
        return server.set(database=name).render_as_string(hide_password=False)

    def _administer(self, statement):
        server = _for_libpq(keeper.ask(self._folder, "postgresql"))
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(statement)


def _for_libpq(url):
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
