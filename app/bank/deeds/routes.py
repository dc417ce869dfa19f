"""The bank's own keys, for whoever verifies its deeds (RFC 9728 §2, ``jwks_uri``)."""

from flask import Blueprint, jsonify

from app.bank.deeds import keys

deed_keys = Blueprint("deed_keys", __name__)


@deed_keys.get("/bank/jwks")
def show():
    """Answer the public keys; a key set may be kept for as long as a new key waits."""
    keys.ensure()
    answer = jsonify(keys.current().public())
    answer.cache_control.public = True
    answer.cache_control.max_age = int(keys.LEAD.total_seconds())
    return answer
