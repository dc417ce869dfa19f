"""Fixtures everyone may use: databases, the two houses, the clock, a live server, a browser."""

import gc
import shutil
from datetime import UTC, datetime

import hypothesis
import playwright.sync_api
import pytest
import redis
import time_machine

from tests.support import brokers, halves, houses, keeper, live, marks, parts
from tests.support.databases import Databases
from tests.support.listener import Listener
from tests.support.services import Missing

# How long an example takes says more of the machine than of the house.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")

run = pytest.StashKey()
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")


def pytest_configure(config):
    """Name the marks; start the keeper, once for all the processes of this run."""
    for text in marks.MARKS.values():
        config.addinivalue_line("markers", text)
    if not hasattr(config, "workerinput"):
        config.stash[run] = keeper.Run()


def pytest_configure_node(node):
    """Tell a process of xdist where the keeper is."""
    node.workerinput["folder"] = str(node.config.stash[run].folder)


def pytest_unconfigure(config):
    """Stop what was started."""
    if run in config.stash:
        config.stash[run].end()


def pytest_collection_modifyitems(config, items):
    """Leave out what one database proves; begin with what takes longest a test.

    So no process is left with it at the end.
    """
    if gone := set(halves.left_out(items)):
        config.hook.pytest_deselected(items=list(gone))
        items[:] = [item for item in items if item not in gone]
    items.sort(key=lambda item: not item.nodeid.startswith("tests/journeys/"))


def pytest_collection_finish():
    """Look no more for garbage in what stays to the end: it took two fifths of the time."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter):
    """Say in one line each what could not run."""
    gone = parts.named(terminalreporter.stats.get("skipped", ()))
    if gone:
        terminalreporter.section("missing parts:")
        for line in gone:
            terminalreporter.write_line(line)


def pytest_sessionfinish(session):
    """A missing part fails the run where nothing may be left out."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and parts.are_required() and parts.named(reporter.stats.get("skipped", ())):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def run_folder(request):
    """The folder of this run, shared by its processes."""
    if hasattr(request.config, "workerinput"):
        return request.config.workerinput["folder"]
    return str(request.config.stash[run].folder)


@pytest.fixture(scope="session")
def databases(run_folder, worker_id):
    """Makes and drops databases: ``databases.new("auth", "sqlite")``."""
    made = Databases(run_folder, worker_id, houses.migrate)
    yield made
    made.drop_spare()
    if worker_id == "master":
        made.drop_templates()


@pytest.fixture(params=["postgresql", "sqlite"])
def database_kind(request):
    """Runs the test once on each database; override it in a module to choose one."""
    return request.param


@pytest.fixture
def new_database(databases):
    """Make databases that go with the test: ``new_database("auth", "postgresql")``."""
    made = []

    def new(house, kind):
        try:
            made.append(databases.new(house, kind))
        except Missing as why:
            parts.missing(kind, why)
        return made[-1]

    yield new
    for url in made:
        databases.drop(url)


@pytest.fixture
def create_house(new_database, database_kind):
    """Make an application with settings of its own: ``create_house("auth", LOGIN_ATTEMPTS=3)``.

    Each has a fresh database; ``url=`` gives it another's.
    """
    made = []

    def create(house, url=None, **settings):
        url = url or new_database(house, database_kind)
        made.append(houses.create(house, url, **settings))
        return made[-1]

    yield create
    for app in made:
        houses.close(app)


@pytest.fixture
def auth_app(create_house):
    """The authorization server on a database of its own; no context is open."""
    return create_house("auth")


@pytest.fixture
def bank_app(create_house):
    """The bank on a database of its own; no context is open."""
    return create_house("bank")


@pytest.fixture
def auth_context(auth_app):
    """The authorization server with an application context open: for rooms, not for doors."""
    with auth_app.app_context():
        yield auth_app


@pytest.fixture
def bank_context(bank_app):
    """The bank with an application context open: for rooms, not for doors."""
    with bank_app.app_context():
        yield bank_app


@pytest.fixture
def client(auth_app):
    """A browser without a face, at the authorization server."""
    return auth_app.test_client()


@pytest.fixture
def bank_client(bank_app):
    """An app that calls the bank."""
    return bank_app.test_client()


@pytest.fixture
def held_clock():
    """Time stands still at noon; ``held_clock.shift(60)`` moves it a minute on."""
    with time_machine.travel(datetime(2026, 11, 20, 12, tzinfo=UTC), tick=False) as held:
        yield held


@pytest.fixture
def redis_url(run_folder, worker_id):
    """The address of an empty Redis database no other test uses now."""
    try:
        server = keeper.ask(run_folder, "valkey")
    except Missing as why:
        parts.missing("valkey", why)
    url = f"{server}/{worker_id.removeprefix('gw') if worker_id != 'master' else 0}"
    with redis.Redis.from_url(url) as connection:
        connection.flushdb()
    return url


@pytest.fixture(params=brokers.KINDS)
def broker_url(request, redis_url):
    """The address of a broker that others keep."""
    return redis_url if request.param == "valkey" else brokers.RABBITMQ


@pytest.fixture
def listener(tmp_path):
    """An HTTPS server for ours to call, as a client would run it; see :class:`Listener`."""
    with Listener(tmp_path) as server:
        yield server


@pytest.fixture(scope="session")
def live_server(run_folder, databases):
    """Both houses on the real server, on PostgreSQL; made once, so tests bring their own people."""
    try:
        urls = {house: databases.new(house, "postgresql") for house in houses.SETTINGS}
    except Missing as why:
        parts.missing("postgresql", why)
    server = live.LiveServer(run_folder, urls)
    server.start()
    yield server
    server.stop()
    for url in urls.values():
        databases.drop(url)


@pytest.fixture(scope="session")
def chromium():
    """One Chromium for the whole process."""
    if CHROMIUM is None:
        parts.missing("chromium", "no chromium on the path")
    with playwright.sync_api.sync_playwright() as library:
        browser = library.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def browser_page(chromium):
    """A page of a browser that has never been here; every step may take five seconds."""
    context = chromium.new_context(locale="pt-BR")
    context.set_default_timeout(5000)
    yield context.new_page()
    context.close()
