"""What to type for the same: at the command line here, and at an application of one's own."""

import json
from shlex import quote
from urllib.parse import quote_plus, urlencode

from flask import current_app

from app.auth.clients.credentials import uses_secret
from app.auth.clients.members import CLIENT, CODE, DEFAULTS

CLIENTS = "flask --app wsgi:auth clients"
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def listing():
    """Return the command that lists clients."""
    return f"{CLIENTS} list"


def registering(given):
    """Return the command that registers a client so described."""
    return f"{CLIENTS} register --file - {_here(given)}"


def changing(client_id, given):
    """Return the command that describes a client so."""
    return f"{CLIENTS} change {quote(client_id)} --file - {_here(given)}"


def deed(name, client_id):
    """Return the command that does ``name`` to a client: ``disable``, ``delete``, …"""
    return f"{CLIENTS} {name} {quote(client_id)}"


def rotating(client_id, overlap_seconds):
    """Return the command that replaces a client's secret."""
    call = deed("rotate-secret", client_id)
    return f"{call} --overlap {overlap_seconds}" if overlap_seconds else call


def trying(client_id, described):
    """Return shell lines that get a token as this client does, or None: no grant of it is so.

    A secret is read from ``CLIENT_SECRET``, a signed assertion from ``CLIENT_ASSERTION``.
    """
    token = f"{current_app.config['ISSUER']}/oauth/token"
    proof = _proof(client_id, described["token_endpoint_auth_method"])
    if CODE in described["grant_types"] and described["redirect_uris"]:
        back = described["redirect_uris"][0]
        fields = {"grant_type": CODE, "redirect_uri": back}
        redeemed = _curl(token, proof, fields, code="$CODE", code_verifier="$VERIFIER")
        return "\n".join((*_opening(client_id, described, back), redeemed))
    if CLIENT in described["grant_types"]:
        return _curl(token, proof, {"grant_type": CLIENT})
    return None


def _opening(client_id, described, back):
    asked = {"response_type": "code", "client_id": client_id, "redirect_uri": back}
    asked |= {"scope": described["scope"], "code_challenge_method": "S256"}
    address = f"{current_app.config['ISSUER']}/oauth/authorize?{urlencode(asked)}"
    yield "VERIFIER=$(openssl rand -hex 32)"
    yield (
        'CHALLENGE=$(printf %s "$VERIFIER" | openssl dgst -sha256 -binary'
        " | openssl base64 -A | tr '+/' '-_' | tr -d '=')"
    )
    yield f'echo {quote(address + "&code_challenge=")}"$CHALLENGE"'
    yield 'read -r -p "code: " CODE'


def _curl(address, proof, fields, **from_shell):
    parts = [*proof]
    parts += [f"--data-urlencode {quote(f'{name}={value}')}" for name, value in fields.items()]
    parts += [f'--data-urlencode "{name}={value}"' for name, value in from_shell.items()]
    return " \\\n  ".join((f"curl {quote(address)}", *parts))


def _proof(client_id, method):
    if method == "client_secret_basic":
        return [f'--user {quote(quote_plus(client_id))}:"$CLIENT_SECRET"']
    named = f"--data-urlencode {quote(f'client_id={client_id}')}"
    if uses_secret(method):
        return [named, '--data-urlencode "client_secret=$CLIENT_SECRET"']
    if method == "private_key_jwt":
        told = quote(f"client_assertion_type={_ASSERTION}")
        shown = '--data-urlencode "client_assertion=$CLIENT_ASSERTION"'
        return [f"--data-urlencode {told}", shown]
    return [named]


def _here(given):
    """``given`` as a document for the shell, less what would be filled in by itself."""
    told = {n: v for n, v in given.items() if v not in ("", [], None) and DEFAULTS.get(n) != v}
    return f"<<'JSON'\n{json.dumps(told, indent=2, ensure_ascii=False)}\nJSON"
