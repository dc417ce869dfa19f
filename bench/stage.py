"""Set the stage: a furnished database, and a person's live browser session.

She signs in and consents by the pages, over HTTP, as a browser would.
"""

import json
import os
import re
import secrets
import subprocess
import sys
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from bench import operations, server, wire
from bench.setting import PERSON, REDIRECT_URI, Mine, Setting

ROOT = Path(__file__).resolve().parent.parent
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "introspection_endpoint")
ENDPOINTS += ("userinfo_endpoint", "jwks_uri")

_CSRF = re.compile(rb'name="csrf_token"[^>]*value="([^"]+)"')
_KEEPS = ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "TMPDIR")


def environment(store, port):
    """Return the whole environment of the server: nothing of the developer's own leaks in."""
    kept = {name: os.environ[name] for name in _KEEPS if name in os.environ}
    return kept | {
        "PYTHONPATH": str(ROOT),
        "APP_ENV": "development",
        "MALLOC_MMAP_THRESHOLD_": str(1 << 20),  # as operators are told: argon2 gives back
        "PORT": str(port),
        "ISSUER": f"http://localhost:{port}",
        "DATABASE_URL": store.url,
        "DATABASE_WAIT_SECONDS": "30",  # a machine that stands still is slow, and says so
        "BANK_CLIENT_ID": "bench-bank",
        "BANK_CLIENT_SECRET": "the-secret-of-the-bank-in-the-bench",
        "STEP_UP_CUMULATIVE_MINOR": str(10**13),  # counted like any other, never reached
        "STEP_UP_CUMULATIVE_COUNT": str(10**9),
        "LIMIT_DAY_MINOR": str(10**13),
        "LIMIT_NIGHT_MINOR": str(10**13),
        "ATM_TOKEN_TTL": "900",  # the vouchers of the run wait until their row is measured
        "CLIENT_RATE_LIMIT": "100000000/minute",  # counted like any other, never reached
        "SEALING_KEYS": "bench:" + "YmVuY2gtb25seS1rZXktb2YtMzItYnl0ZXMtLS0tLS0=",
    }


def furnished(environ):
    """Furnish the database in a process of its own; return clients and purses of the run."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.furnish"],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    return json.loads(done.stdout.splitlines()[-1])


def enter(address, port, furniture):
    """Sign the person in by the pages, consent, and return the :class:`Setting` of the run.

    Raises Wrong: when a page or an answer on the way is not what it must be.
    """
    setting = Setting(address, port, "", **furniture, redirect_uri=REDIRECT_URI)
    browser = _Browser(setting)
    told = browser.get("/.well-known/openid-configuration").must_be(200).json()
    setting.issuer = told["issuer"]
    setting.paths = {name: urlsplit(told[name]).path for name in ENDPOINTS}
    _sign_in(browser)
    mine = Mine(setting, 0)
    browser.carry_out(operations.code_flow(mine))
    setting.access_token = dict(mine.kept)["access_token"]
    setting.subject = _subject(browser)
    return setting


def _sign_in(browser):
    setting, state = browser.setting, "first"
    verifier = secrets.token_urlsafe(32)
    query = operations.authorization(setting, verifier, state)
    answer = browser.follow(browser.get(f"{setting.paths['authorization_endpoint']}?{query}"))
    login = {"username": PERSON["email"], "password": PERSON["password"]}
    answer = browser.follow(browser.fill(answer, **login))
    if answer.status == 200:  # consent, unless an earlier browser of hers gave it
        answer = browser.follow(browser.fill(answer, decision="allow"))
    operations.code_of(setting, answer, state)


def _subject(browser):
    setting = browser.setting
    bearer = f"Bearer {setting.access_token}"
    request = wire.get(setting.host, setting.paths["userinfo_endpoint"], Authorization=bearer)
    return browser.send(request).must_be(200).json()["sub"]


class _Browser:
    """As much of a browser as signing in takes: cookies, redirects at home, one form a page."""

    def __init__(self, setting):
        self.setting = setting
        self.at = "/"

    def send(self, request):
        answer = server.once((self.setting.address, self.setting.port), request)
        for line in answer.every("set-cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            self.setting.cookies[name] = value
        return answer

    def get(self, path):
        self.at = path
        return self.send(wire.get(self.setting.host, path, Cookie=operations.cookies(self.setting)))

    def follow(self, answer):
        """Follow redirects until a page, or a redirect away from home, which is returned."""
        home = f"http://{self.setting.host}/"
        while answer.status in {302, 303}:
            there = urljoin(home + self.at.lstrip("/"), answer.one("location"))
            if not there.startswith(home):
                return answer
            answer = self.get(there[len(home) - 1 :])
        return answer

    def fill(self, page, **fields):
        """Post the form of ``page`` to the page's own address."""
        token = _CSRF.search(page.must_be(200).body)
        if token is None:
            raise wire.Wrong(f"no form at {self.at}: {page.told()}")
        form = fields | {"csrf_token": token[1].decode()}
        kept = operations.cookies(self.setting)
        origin = f"http://{self.setting.host}"
        return self.send(wire.post(self.setting.host, self.at, form, Cookie=kept, Origin=origin))

    def carry_out(self, operation):
        """Carry out an operation, one request after another."""
        answer = None
        try:
            while True:
                answer = self.send(operation.send(answer))
        except StopIteration:
            return
