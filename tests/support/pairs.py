"""Key pairs drawn once for all tests of a process: drawing RSA keys takes long."""

import itertools
import json
import threading
from collections import defaultdict
from unittest import mock

from flask import current_app

from app.auth.keys import jose

_draw, _parse = jose.generate, jose.import_key
_parsed = {}
_drawn = {}
_numbers = defaultdict(itertools.count)
_lock = threading.Lock()


def one(alg):
    """Return a key pair for ``alg`` that the database at work has not had yet."""
    with _lock:
        name = alg, next(_numbers[current_app.config["AUTH_DATABASE_URL"], alg])
        if name not in _drawn:
            _drawn[name] = _draw(alg)
        return _drawn[name]


def begin_again(url):
    """The database at ``url`` has no keys any more: it may have the first pairs again."""
    with _lock:
        for database, alg in list(_numbers):
            if database == url:
                del _numbers[database, alg]


def reused():
    """Return a context in which keys are made of such pairs; entered by one thread for all."""
    return mock.patch.object(jose, "generate", one)


def parsed_once(alg, data):
    """Stand in for ``jose.import_key`` where keys turn often: parsing an RSA key takes long too."""
    name = json.dumps(data, sort_keys=True)
    return _parsed.get(name) or _parsed.setdefault(name, _parse(alg, data))
