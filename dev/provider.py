"""A simulated provider of payments, over real HTTP: it does what it is told, and misbehaves too.

    python -m dev.provider PORT FILE      # PROVIDER_TOKEN is the token it takes

``PUT /behaviour`` with ``{"next": ["time_out", "refuse"]}`` says how the next orders go, one word
each (:data:`BEHAVIOURS`); without a word an order is completed at once. What it charged stands in
FILE, a SQLite database, so that it may be killed: each order is charged once, by its id.
"""

import json
import os
import socket
import sqlite3
import sys
import time
from contextlib import closing

from flask import Blueprint, Flask, abort, current_app, request
from werkzeug.serving import make_server

BEHAVIOURS = {
    "time_out": "charges, and answers when nobody waits any more",
    "late": "is pending for a while, and completed then",
    "refuse": "charges nothing, for good",
    "reverse": "charges, and takes it back a while later",
    "lose_request": "hangs up before it does anything",
    "lose_answer": "charges, and hangs up",
    "fail": "answers 500 and has done nothing",
    "babble": "charges, and answers what nobody understands",
}
SECONDS = 3.0  # that its delays take
_TABLES = """
CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, body TEXT, status TEXT, reason TEXT,
    later TEXT, later_at REAL);
CREATE TABLE IF NOT EXISTS charges (number INTEGER PRIMARY KEY, id TEXT, amount INTEGER);
CREATE TABLE IF NOT EXISTS behaviours (number INTEGER PRIMARY KEY, word TEXT);
"""
_TAKE_WORD = """
DELETE FROM behaviours WHERE number = (SELECT min(number) FROM behaviours) RETURNING word
"""
_FIND = "SELECT body, status, reason, later, later_at FROM orders WHERE id = ?"

doors = Blueprint("provider", __name__)


class Book:
    """What it was told and what it charged, in a file."""

    def __init__(self, path):
        self._path = path
        with closing(self._open()) as file:
            file.executescript(_TABLES)

    def _open(self):
        return sqlite3.connect(self._path, timeout=10, isolation_level=None)

    def behave(self, words):
        """Keep how the next orders go."""
        with closing(self._open()) as file:
            file.executemany("INSERT INTO behaviours (word) VALUES (?)", [(w,) for w in words])

    def next_word(self):
        """Take the next behaviour, or None."""
        with closing(self._open()) as file:
            row = next(iter(file.execute(_TAKE_WORD).fetchall()), None)
        return row and row[0]

    def take(self, order_id, body, word, seconds):
        """Take an order unless it stands in the book, and charge it unless refused."""
        status, reason, later, later_at = "completed", None, None, None
        if word == "refuse":
            status, reason = "refused", "not_accepted"
        elif word in {"late", "reverse"}:
            later_at = time.time() + seconds
            status, later = {"late": ("pending", "completed"), "reverse": (status, "reversed")}[
                word
            ]
        with closing(self._open()) as file:
            file.execute("BEGIN IMMEDIATE")
            row = (order_id, json.dumps(body), status, reason, later, later_at)
            new = "INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
            if file.execute(new, row).rowcount and status != "refused":
                charge = "INSERT INTO charges (id, amount) VALUES (?, ?)"
                file.execute(charge, (order_id, body["amount"]))
            file.execute("COMMIT")

    def find(self, order_id):
        """Return how an order stands by now (dict), or None."""
        with closing(self._open()) as file:
            row = file.execute(_FIND, (order_id,)).fetchone()
        if row is None:
            return None
        body, status, reason, later, later_at = row
        if later and time.time() >= later_at:
            status = later
        told = {"id": order_id, "status": status, "reference": f"SIM{order_id[-12:].upper()}"}
        told |= {"reason": reason} if reason else {}
        body = json.loads(body)
        return body | told | ({"payee": _beneficiary(body["to"])} if body["kind"] == "bill" else {})

    def charges(self):
        """Return every charge: ids and amounts."""
        with closing(self._open()) as file:
            return file.execute("SELECT id, amount FROM charges ORDER BY number").fetchall()


def create_app(path, token, seconds=SECONDS):
    """Return the provider as a WSGI application that keeps its book at ``path``.

    seconds: that its delays take.
    """
    app = Flask("provider")
    app.config.from_mapping(BOOK=Book(path), TOKEN=token, SECONDS=seconds)
    app.register_blueprint(doors)
    return app


@doors.before_request
def _admit():
    if request.headers.get("Authorization") != f"Bearer {current_app.config['TOKEN']}":
        abort(401)


@doors.put("/behaviour")
def behave():
    """Say how the next orders go."""
    words = request.get_json()["next"]
    if not set(words) <= BEHAVIOURS.keys():
        abort(400)
    _book().behave(words)
    return BEHAVIOURS


@doors.get("/bills/<barcode>")
def look_up(barcode):
    """Say whom a boleto pays."""
    return _beneficiary(barcode)


@doors.get("/orders/<order_id>")
def ask(order_id):
    """Say how an order stands."""
    return _book().find(order_id) or ({"code": "unknown_order"}, 404)


@doors.put("/orders/<order_id>")
def pay(order_id):
    """Carry an order out, unless it was; the same id with other words is refused."""
    body, found = request.get_json(), _book().find(order_id)
    if found is not None:
        same = all(found.get(name) == value for name, value in body.items())
        return found if same else ({"code": "another_order"}, 409)
    word, seconds = _book().next_word(), current_app.config["SECONDS"]
    if word == "fail":
        return {"code": "failed"}, 500
    if word != "lose_request":
        _book().take(order_id, body, word, seconds)
    if word in {"lose_request", "lose_answer"}:
        return _hang_up()
    if word == "time_out":
        time.sleep(seconds)
    return "?" if word == "babble" else (_book().find(order_id), 201)


def _beneficiary(barcode):
    name = "Águas do Vale" if barcode.startswith("82") else "Loja Simulada Ltda."
    return {"name": name, "document": "12.345.678/0001-95"}


def _book():
    return current_app.config["BOOK"]


def _hang_up():
    """End the connection without a word."""
    request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    return ""


def main():
    """Serve on loopback until stopped."""
    port, path = sys.argv[1:]
    token = os.environ["PROVIDER_TOKEN"]
    seconds = float(os.environ.get("PROVIDER_SECONDS", SECONDS))
    app = create_app(path, token, seconds)
    make_server("127.0.0.1", int(port), app, threaded=True).serve_forever()


if __name__ == "__main__":
    main()
