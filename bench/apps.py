"""What granian serves during the benchmark: the real server plus one empty route, and a bare one.

The empty route is here, never in production code.
"""

from flask import Flask

import wsgi


def assembled():
    """Return the authorization server as ``wsgi:auth`` makes it, with ``/bench/empty``."""
    app = wsgi.auth()
    app.add_url_rule("/bench/empty", "bench_empty", _empty)
    return app


def roof():
    """Return both houses as ``wsgi:both`` makes them."""
    return wsgi.both()


def bare():
    """Return a Flask application with one empty route and nothing else."""
    app = Flask("bare")
    app.add_url_rule("/bench/bare", "bench_bare", _empty)
    return app


def _empty():
    return "ok"
