"""A sign-in by a document that waits for its second step, and how the app finds it again (C8).

It is a journey like any other, begun where the password was shown. The next request is known by
coming from the same address and program, or by the ``mfaToken`` that the first was answered with.
"""

from datetime import timedelta

from flask import current_app
from sqlalchemy import select

from app.auth.database import db
from app.auth.interactions import journey
from app.auth.interactions.models import Interaction
from app.auth.interactions.prompts.second_factor import HALF
from app.auth.sessions import browser
from app.foundation import clock, digests, ids

KIND = "document"
LOOKED_AT = 20  # of those begun at one place: a household shares an address


def begin(document):
    """Return a new journey of ``document`` at the place this request comes from."""
    asked = {"address": browser.address()}
    return journey.begin(KIND, return_to="/", asked=asked, client_id=document.client_id)


def token(interaction):
    """Return the ``mfaToken`` of a journey: by it alone the second step may come from elsewhere."""
    return f"{interaction.id}.{_proof(interaction.id)}"


def find(document, user_id, mfa_token=None):
    """Return the journey in which ``user_id`` showed the password to ``document``, or None.

    It waits for ``MFA_CODE_TTL`` seconds. Without ``mfa_token``: the last one begun here.
    """
    found = waiting(document, user_id) if mfa_token is None else [_named(mfa_token)]
    return next((each for each in found if each and _waits(each, document, user_id)), None)


def waiting(document, user_id):
    """Return those in which they showed it from here, the last one first."""
    return [each for each in _begun_here(document) if _waits(each, document, user_id)]


def end(interaction):
    """The second step was taken: the journey is over."""
    interaction.finished_at = clock.now()


def _waits(interaction, document, user_id):
    since = clock.now() - timedelta(seconds=current_app.config["MFA_CODE_TTL"])
    half = interaction.answer_to(HALF)
    waits = interaction.finished_at is None and interaction.created_at > since
    its = waits and interaction.client_id == document.client_id
    return bool(its and half and half["user"] == user_id)


def _named(mfa_token):
    uid, _, proof = mfa_token.partition(".")
    if not ids.is_one(uid, "int") or not digests.same(proof.encode(), _proof(uid).encode()):
        return None
    interaction = db.session.get(Interaction, uid)
    return interaction if interaction and interaction.kind == KIND else None


def _begun_here(document):
    mine = (Interaction.kind == KIND) & (Interaction.client_id == document.client_id)
    mine &= Interaction.browser_digest == digests.of(browser.id())
    last = select(Interaction).where(mine).order_by(Interaction.created_at.desc())
    address = browser.address()
    rows = db.session.scalars(last.limit(LOOKED_AT))
    return [row for row in rows if row.facts.get("address") == address]


def _proof(uid):
    key = current_app.extensions["sealing"].derive("mfa_token")
    return digests.keyed(key, uid).hex()
