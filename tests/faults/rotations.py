"""F20: signing keys turn under load, and clients go by key sets as old as they may be.

The clients are joserfc alone, with no code of ours: each keeps its key set for as long as
``Cache-Control`` says and looks up no key in between. Every token is checked by all of them as it
comes, and again while it lives. F15 beside it: every rotation is asked for twice at once.
"""

import os
import random
import re
import sys
import tempfile
import threading
import time
from collections import deque
from pathlib import Path
from typing import NamedTuple

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from tests.faults.scene import Postgres, Sqlite
from tests.support.live import LiveServer

ROTATIONS, EVERY, CLIENTS, VERIFIERS = 20, 6, 4, 6
CACHED, LAST = 60, 100  # seconds: of a key set; after the last rotation, until its key signs
_MAX_AGE = re.compile(r"max-age=(\d+)")


class Figures(NamedTuple):
    """What a run came to."""

    tokens: int
    checked: int
    failed: int
    refused: int
    keys: int
    fetched: int
    turned: int
    idle: int


class Verifier:
    """Somebody's API: a key set kept as long as its answer says, and not a moment less."""

    def __init__(self, url):
        self._url, self._keys, self._until = url, None, 0.0
        self.fetched = 0

    def believes(self, token):
        """Does the token's signature hold, by the keys that it has?"""
        if time.monotonic() >= self._until:
            asked = time.monotonic()
            answer = httpx.get(self._url, timeout=10)
            self._keys = KeySet.import_key_set(answer.json())
            self._until = asked + int(_MAX_AGE.search(answer.headers["Cache-Control"])[1])
            self.fetched += 1
        try:
            jwt.decode(token, self._keys, algorithms=["ES256"])
        except (JoseError, ValueError):
            return False
        return True


class Load(threading.Thread):
    """One client that asks for tokens, and has each verified by APIs of every age."""

    def __init__(self, server, credentials, over, seed):
        super().__init__(daemon=True)
        self._server, self._credentials, self._over = server, credentials, over
        self._chance = random.Random(seed)
        self._verifiers = []
        self._alive = deque(maxlen=2000)
        self.tokens = self.checked = self.failed = self.refused = 0
        self.keys = set()

    @property
    def fetched(self):
        """How often its APIs fetched the key set."""
        return sum(one.fetched for one in self._verifiers)

    def run(self):
        """Ask and verify until it is over."""
        jwks, introspect = f"{self._server.url}/oauth/jwks", f"{self._server.url}/oauth/introspect"
        with httpx.Client(auth=self._credentials, timeout=10) as client:
            while not self._over.is_set():
                if len(self._verifiers) < VERIFIERS and self._chance.random() < 0.01:
                    self._verifiers.append(Verifier(jwks))  # each came at another moment
                form = {"grant_type": "client_credentials"}
                answer = client.post(f"{self._server.url}/oauth/token", data=form)
                token = answer.json()["access_token"]
                self.tokens += 1
                self._alive.append(token)
                again = self._chance.choice(self._alive)
                for verifier in self._verifiers:
                    for shown in {token, again}:
                        self.checked += 1
                        self.failed += not verifier.believes(shown)
                asked = client.post(introspect, data={"token": again}).json()
                self.refused += asked["active"] is not True
                self.keys.add(token.partition(".")[0])


def run(kind, folder, *, rotations, every, last, seed):
    """Turn the keys of a server under load; return the :class:`Figures`."""
    store = Postgres(folder) if kind == "postgresql" else Sqlite(folder)
    server = LiveServer(folder, store.urls, workers=2, JWKS_MAX_AGE_SECONDS=CACHED)
    server.start()
    over = threading.Event()
    described = folder / "app.json"
    described.write_text('{"grant_types": ["client_credentials"], "client_name": "Load"}')
    try:
        made = server.auth("clients", "register", "--file", described)
        credentials = (made["client_id"], made["client_secret"])
        loads = [Load(server, credentials, over, seed + n) for n in range(CLIENTS)]
        for load in loads:
            load.start()
        turned = [_twice_at_once(server, every) for _ in range(rotations)]
        time.sleep(last)
    finally:
        over.set()
        for load in loads:
            load.join(30)
        server.stop()
        if store.remove:
            store.remove()
    names = ("tokens", "checked", "failed", "refused")
    sums = [sum(getattr(load, name) for load in loads) for name in names]
    keys, fetched = set().union(*(load.keys for load in loads)), sum(load.fetched for load in loads)
    return Figures(*sums, len(keys), fetched, sum(turned), 2 * rotations - sum(turned))


def _twice_at_once(server, every):
    """Ask for a rotation twice at once; return how many of the two turned the key."""
    began, turned = time.monotonic(), 0
    both = [server.begin("auth", "keys", "rotate", "--alg", "ES256") for _ in range(2)]
    for one in both:
        said = one.communicate()[0]
        if one.returncode and "turned meanwhile" not in said:
            raise RuntimeError(said)
        turned += one.returncode == 0
    time.sleep(max(0.0, every - (time.monotonic() - began)))
    return turned


def main():
    """Run it on both databases; print figures; return 1 when a verification failed."""
    seed = int(os.environ.get("SEED", random.randrange(10**6)))
    rotations = int(os.environ.get("ROTATIONS", ROTATIONS))
    bad = 0
    for kind in ("postgresql", "sqlite"):
        with tempfile.TemporaryDirectory(prefix="portaria-turns-", dir="/tmp") as folder:
            path = Path(folder)
            path.chmod(0o755)  # PostgreSQL may run as nobody
            told = run(kind, path, rotations=rotations, every=EVERY, last=LAST, seed=seed)
        print(
            f"F20 {kind} SEED={seed}:", *(f"{k}={v}" for k, v in told._asdict().items()), flush=True
        )
        bad += told.failed + told.refused
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
