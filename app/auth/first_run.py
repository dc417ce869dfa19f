"""What a fresh database needs before anybody can sign in: keys, roles, an administrator."""

from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from app.auth import docs_client
from app.auth.banking import own_app
from app.auth.clients import documents
from app.auth.clients.registration import Taken
from app.auth.database import db
from app.auth.flows import administrator
from app.auth.keys import rotation
from app.foundation.database import kept
from app.foundation.logs import log
from app.foundation.problems import Problem


def ensure(app):
    """See that keys, the documents' apps, roles and an administrator are there; safe to repeat.

    Processes that start together may all ask: one makes them, the others find them made. Before
    the migrations have run there is nothing to do yet.

    Raises SystemExit: when the ``ADMIN_…`` settings describe no one possible.
    """
    with app.app_context():
        for step in (_keys, _documents, _own_app, _administrator, _docs):
            try:
                with kept(db):
                    step(app.config)
            except (IntegrityError, Taken):
                log.info("made by another process", step=step.__name__)
            except (OperationalError, ProgrammingError) as error:
                log.warning("the database is away or not migrated", error=type(error).__name__)
                break
            except Problem as problem:
                raise SystemExit(f"The first run was refused: {problem.description}") from problem
        db.session.remove()
        db.engine.dispose()


def _keys(settings):
    rotation.ensure(settings["JWT_PRIVATE_KEY"])


def _documents(_settings):
    documents.ensure()


def _own_app(_settings):
    own_app.ensure()


def _administrator(settings):
    administrator.ensure(settings)


def _docs(settings):
    docs_client.ensure(settings)
