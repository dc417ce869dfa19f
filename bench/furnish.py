"""Furnish an empty database for a run: tables, keys, three clients, a person.

Run as ``python -m bench.furnish`` with the settings of the run in its environment, so that all
commands share one process; prints the clients as JSON.
"""

import json

from flask_migrate import upgrade

import wsgi
from app.auth.database import db
from app.auth.keys import rotation
from app.foundation.database import kept
from bench import operations
from bench.setting import PERSON, REDIRECT_URI

BASIC = {"token_endpoint_auth_method": "client_secret_basic"}
APP = BASIC | {
    "client_name": "Bench",
    "redirect_uris": [REDIRECT_URI],
    "grant_types": ["authorization_code", "refresh_token"],
    "scope": operations.SCOPE,
}
MACHINE = BASIC | {
    "client_name": "Machine",
    "grant_types": ["client_credentials"],
    "response_types": [],
    "scope": "reports:read",
}
CLIENTS = {
    "app": APP,
    "machine_es256": MACHINE | {"access_token_signed_response_alg": "ES256"},
    "machine_rs256": MACHINE | {"access_token_signed_response_alg": "RS256"},
}


def furnish(app):
    """Migrate the house and register who acts in it; return name → (client_id, secret)."""
    with app.app_context():
        upgrade()
        with kept(db):
            rotation.ensure()
        db.session.remove()
    clients = {name: _client(app, metadata) for name, metadata in CLIENTS.items()}
    named = [f"--{name}={value}" for name, value in PERSON.items()]
    _command(app, "people", "create", *named, "--verified")
    return clients


def _client(app, metadata):
    told = json.loads(_command(app, "clients", "register", "--json", asked=json.dumps(metadata)))
    return told["client_id"], told["client_secret"]


def _command(app, *words, asked=""):
    """Run a command of the server's command line. Raises RuntimeError: when it fails."""
    done = app.test_cli_runner().invoke(args=words, input=asked)
    if done.exit_code:
        raise RuntimeError(f"{' '.join(words[:2])}: {done.output}") from done.exception
    return done.stdout


if __name__ == "__main__":
    print(json.dumps(furnish(wsgi.auth())))
