"""A ledger stands on a database that keeps what it says it kept, or nowhere."""

import pytest

from app.bank import durable
from tests.support import houses, parts
from tests.support.marks import abuse
from tests.support.services import Missing, PostgreSQL


def in_production(app):
    """Let ``app`` connect as it would in production."""
    app.config["APP_ENV"] = "production"
    durable.init_app(app)
    return app


@abuse("F05")
def test_a_database_that_forgets_keeps_the_ledger_shut(bank_app, database_kind):
    app = in_production(bank_app)  # the PostgreSQL of the tests is as forgetful as it is fast

    if database_kind == "sqlite":
        durable.ensure(app)
        return
    with pytest.raises(SystemExit, match="fsync, full_page_writes, synchronous_commit off"):
        durable.ensure(app)
    ready = app.test_client().get("/health/ready")
    assert (ready.status_code, ready.json["checks"]["database"]) == (503, "away")


@abuse("F05")
def test_a_durable_one_opens_it_and_one_that_is_away_is_asked_later(tmp_path_factory, run_folder):
    folder = tmp_path_factory.mktemp("durable", numbered=True)
    service = PostgreSQL(f"{run_folder}/{folder.name}", durable=True)
    try:
        service.start()
    except Missing as why:
        parts.missing("postgresql", why)
    app = in_production(houses.create("bank", service.url))

    durable.ensure(app)
    ready = app.test_client().get("/health/ready")
    assert ready.json["checks"]["database"] == "ok"
    houses.close(app)
    service.remove()
    durable.ensure(app)


def test_in_development_it_may_be_fast(bank_app):
    durable.init_app(bank_app)

    durable.ensure(bank_app)
