"""Two hundred people at the login page at once: bounded memory and time, the excess told when.

Fewer in an ordinary run; ``SOAK=1`` (`make soak`) brings them all.
"""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from urllib.parse import urljoin

import pytest

from tests.journeys.visitor import Visitor
from tests.support import houses, live
from tests.support.marks import asvs, mission

CROWD = 200 if os.environ.get("SOAK") else 30
LATEST = 5  # seconds that anybody waits for an answer
GROWTH = 48 * 1024 * 1024  # bytes: two hashes of 19 MiB are judged at once, and no more
AS_IN_PRODUCTION = {
    name: houses.KINDS["auth"].model_fields[name].default
    for name in (
        *("LOGIN_FLOOR_MS", "PASSWORD_MEMORY_KIB", "PASSWORD_PASSES"),
        *("PASSWORD_QUEUE", "SIGN_INS_AT_ONCE"),
    )
}


@pytest.fixture
def server(run_folder, databases):
    """A server that judges passwords as in production."""
    urls = {house: databases.new(house, "postgresql") for house in houses.SETTINGS}
    found = live.LiveServer(run_folder, urls, **AS_IN_PRODUCTION)
    try:
        found.start()
        yield found
    finally:
        found.stop()
        for url in urls.values():
            databases.drop(url)


def memory(server):
    """Return the bytes that the server's processes have in memory."""
    parents = {str(server.pid)}
    return sum(
        int(line.split()[1]) * 1024
        for process in Path("/proc").glob("[0-9]*")
        if process.name in parents or _parent(process) in parents
        for line in (process / "status").read_text().splitlines()
        if line.startswith("VmRSS")
    )


def _parent(process):
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()[1]
    except OSError:
        return None


def crowd(server):
    """Let everybody send a wrong password at once; return each answer and its seconds."""
    start = Barrier(CROWD)

    def sign_in(number):
        visitor = Visitor()
        page = visitor.go(f"{server.url}/login")
        form = page.forms["login-form"]
        typed = form.fields | {"username": f"{number}@example.com", "password": "a wrong one"}
        start.wait()
        begun = time.perf_counter()
        answer = visitor.session.post(urljoin(page.url, form.action), data=typed, timeout=60)
        return answer, time.perf_counter() - begun

    with ThreadPoolExecutor(CROWD) as threads:
        return list(threads.map(sign_in, range(CROWD)))


@asvs("15.2.2")
@mission("S45")
def test_a_crowd_at_the_login_page_is_answered_in_time(server):
    crowd(server)  # what is loaded at the first request is no growth
    before = memory(server)

    seen = crowd(server)

    assert {answer.status_code for answer, _ in seen} == {422, 503}
    for answer, seconds in seen:
        assert seconds < LATEST
        assert answer.status_code != 503 or int(answer.headers["Retry-After"]) > 0
    assert memory(server) - before < GROWTH
