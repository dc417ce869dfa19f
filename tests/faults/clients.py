"""Clients that send random transfers in a closed loop, and note each before and after it is sent.

What had no answer, or one that leaves open what became of it, is asked again at the end under the
same key: then the server must tell the truth.
"""

import contextlib
import http.client
import json
import random
import threading
import time
from itertools import count
from typing import NamedTuple

SETTLED = {201, 422}  # done, or refused for good
PATIENCE = 8  # seconds for one answer
LAST_SECONDS = 60  # in which all that is open must be settled


class Purse(NamedTuple):
    """Whose wallet it is, and a token to send from it."""

    sub: str
    token: str


class Client(threading.Thread):
    """One client over one connection at a time; its lines are in ``file``."""

    def __init__(self, port, purses, file, seed):
        super().__init__(daemon=True)
        self._port, self._purses, self._file = port, purses, file
        self._chance = random.Random(seed)
        self._line = None
        self._ended = threading.Event()
        self.good = []  # moments of good answers, monotonic
        self.statuses = {}  # status (None: no answer) → how many
        self._open = {}  # key → what was sent and is not settled

    def end(self):
        """Send no more; then join."""
        self._ended.set()

    def run(self):
        """Send until told to end, then ask again for whatever is open."""
        with open(self._file, "w") as self._notes:
            for number in count():
                if self._ended.is_set():
                    break
                self._one(f"{self._file.stem}-{number}")
            until = time.monotonic() + LAST_SECONDS
            while self._open and time.monotonic() < until:
                for key in list(self._open):
                    if self._ask(key) is None:
                        time.sleep(0.05)

    def _one(self, key):
        payer, payee = self._chance.sample(self._purses, 2)
        body = {"to": payee.sub, "amount": self._chance.randint(1, 5_000), "currency": "BRL"}
        self._note(key=key, **{"from": payer.sub, "to": payee.sub}, amount=body["amount"])
        self._open[key] = payer.token, json.dumps(body)
        if self._ask(key) is None:
            time.sleep(0.1)

    def _ask(self, key):
        token, body = self._open[key]
        status, transfer = None, None
        with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
            status, transfer = self._sent(key, token, body)
        self._note(key=key, status=status, transfer=transfer)
        self.statuses[status] = self.statuses.get(status, 0) + 1
        if status in SETTLED:
            self._open.pop(key)
            self.good.append(time.monotonic())
        if status is None and self._line:
            self._line.close()
            self._line = None
        return status

    def _sent(self, key, token, body):
        self._line = self._line or http.client.HTTPConnection(
            "127.0.0.1", self._port, timeout=PATIENCE
        )
        shown = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
        shown["Content-Type"] = "application/json"
        self._line.request("POST", "/wallet/me/transfer", body, shown)
        answer = self._line.getresponse()
        told = json.loads(answer.read())
        return answer.status, told.get("transferId")

    def _note(self, **told):
        self._notes.write(json.dumps(told) + "\n")
        self._notes.flush()
