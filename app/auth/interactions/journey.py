"""Begin a journey, come back to it, answer it, finish it.

The loop is always the same: ask the journey, be sent to one page, come back, ask again. Each
journey has its own id in the address, so two tabs do not fight; it belongs to the browser that
began it (RFC 9700 §4.7), and is good until it is finished or ``INTERACTION_SECONDS`` have passed.
"""

import json
from dataclasses import replace
from datetime import timedelta

from flask import current_app

from app.auth.clients import registry
from app.auth.database import db, hot
from app.auth.interactions import policy
from app.auth.interactions.models import Interaction
from app.auth.interactions.prompt import Situation
from app.auth.sessions import browser
from app.foundation import clock, digests, ids
from app.foundation.hot import Statement
from app.foundation.problems import Problem

UNABLE = "unable"  # where a journey was turned down whose person had no way to go on


class Unknown(Problem):
    """There is no such journey."""

    code = "request_unknown"
    key = "request.unknown"
    status = 404


class NotYours(Problem):
    """The journey was begun in another browser."""

    code = "request_not_yours"
    key = "request.not_yours"
    status = 403


class Expired(Problem):
    """The journey took too long."""

    code = "request_expired"
    key = "request.expired"
    status = 410


class Answered(Problem):
    """The journey is over: its answer has been given."""

    code = "request_repeated"
    key = "request.repeated"
    status = 409


FINISH = Statement(
    "UPDATE interactions SET finished_at = :now WHERE id = :id AND finished_at IS NULL RETURNING id"
)


def begin(kind, *, return_to, asked=None, client_id=None):
    """Save a new journey of this browser and return it.

    kind: ``authorize``, ``device``, ``logout``, ``farewell`` or ``account``; return_to: a path of
    ours, ``{id}`` in it stands for the journey's own; asked: an AuthorizationRequest, or a dict of
    facts.
    """
    uid = ids.new("int")
    pushed = getattr(asked, "pushed", None)
    interaction = Interaction(
        id=uid,
        kind=kind,
        browser_digest=digests.of(browser.id()),
        client_id=client_id or getattr(asked, "client_id", None),
        asked=asked.as_json() if hasattr(asked, "as_json") else json.dumps(asked or {}),
        return_to=return_to.replace("{id}", uid),
        pushed_digest=bytes.fromhex(pushed) if pushed else None,
        expires_at=clock.now() + timedelta(seconds=current_app.config["INTERACTION_SECONDS"]),
    )
    db.session.add(interaction)
    db.session.flush()
    return interaction


def load(uid, kind=None):
    """Return the journey ``uid`` of this browser, still under way.

    Raises Unknown, NotYours, Expired, Answered.
    """
    interaction = mine(uid, kind)
    if interaction.finished_at:
        raise Answered
    if interaction.expires_at <= clock.now():
        raise Expired
    return interaction


def mine(uid, kind=None):
    """Return the journey ``uid`` of this browser, under way or over. Raises Unknown, NotYours."""
    interaction = db.session.get(Interaction, uid) if ids.is_one(uid, "int") else None
    if interaction is None or (kind and interaction.kind != kind):
        raise Unknown
    if not digests.same(interaction.browser_digest, digests.of(browser.id())):
        raise NotYours
    return interaction


def answer(interaction, prompt, **facts):
    """Keep what the person answered to ``prompt``."""
    given = json.loads(interaction.answers)
    given[prompt] = facts
    interaction.answers = json.dumps(given)


def amend(interaction, **changed):
    """Go on with the authorization request ``changed`` so: by what the person decided of it."""
    interaction.asked = replace(interaction.request, **changed).as_json()


def forget(interaction, prompt):
    """Forget what was answered to ``prompt``, if anything."""
    given = json.loads(interaction.answers)
    given.pop(prompt, None)
    interaction.answers = json.dumps(given)


def refuse(interaction, prompt):
    """Keep that the person said no at ``prompt``: the client is told ``access_denied``."""
    answer(interaction, "refused", at=prompt)


def stop(interaction):
    """Return ``(prompt, check)`` where this journey must stop next, or None: it is complete."""
    situation = Situation(
        asked=interaction.request,
        presence=browser.presence(),
        now=clock.now(),
        answers=json.loads(interaction.answers),
        facts={} if interaction.kind == "authorize" else interaction.facts,
        return_to=interaction.return_to,
    )
    return policy.next_prompt(situation)


def next_stop(interaction):
    """Return the path of the page where this journey must stop next, or None: it is complete."""
    found = stop(interaction)
    return f"{found[0].page}/{interaction.id}" if found else None


def language(interaction):
    """Return the language tags of this journey: chosen on its pages, else its app's wish, or None.

    A text of tags, the best first (OIDC Core §3.1.2.1, ``ui_locales``).
    """
    chosen = interaction.answer_to("language")
    asked = interaction.request
    return chosen["tag"] if chosen else asked and asked.ui_locales


def institution(interaction):
    """Return the code of the institution whose app began this journey, or None."""
    return registry.institution_of(interaction.client_id)


def finish(interaction):
    """Close the journey; True for exactly one caller, however many tabs come back at once."""
    return hot.first(FINISH, id=interaction.id, now=clock.now()) is not None
