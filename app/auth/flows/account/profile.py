"""What a person may say of themselves, and how their papers are shown back to them."""

import json

from app.auth.accounts import lookup, papers
from app.auth.audit import events, trail
from app.foundation import masks
from app.foundation.problems import Problem

LONGEST_NAME = 120  # characters
THEMES = ("light", "dark")


class Refused(Problem):
    """Something cannot be so; ``field`` names it, ``key`` the message for people."""

    code = "profile_refused"
    status = 422

    def __init__(self, field, key):
        super().__init__(detail=field)
        self.field = field
        self.key = key


def change(user_id, *, name, nickname, locale, theme=None):
    """Keep what the person calls themselves, their language and their theme.

    name: stays as it is where the identity was proved by papers; nickname: how they want to be
    called, may be empty; locale: a language tag of ours; theme: one of :data:`THEMES`, anything
    else is the browser's. What changed is named in the record, not what it says. Raises Refused.
    """
    user = lookup.held(user_id)
    named = _named(user, name)
    called = _line("nickname", nickname, "profile.nickname_wrong") if nickname else None
    claims = json.loads(user.claims)
    told = {name: value for name, value in claims.items() if name != "nickname"}
    told |= {"nickname": called} if called else {}
    theme = theme if theme in THEMES else None
    before = (user.full_name, claims.get("nickname"), user.locale, user.theme)
    now = (named, called, locale, theme)
    fields = ("name", "nickname", "locale", "theme")
    changed = [
        field for field, was, becomes in zip(fields, before, now, strict=True) if was != becomes
    ]
    if not changed:
        return
    if named != user.full_name:
        user.given_name = user.family_name = None  # how the new one divides, nobody has said
    user.full_name, user.locale, user.theme = named, locale, theme
    user.claims = json.dumps(told, sort_keys=True, ensure_ascii=False)
    data = {"changed": changed}
    trail.record(events.PROFILE_CHANGED, actor=user.sub, subject=user.sub, data=data)


def may_rename(user):
    """May the person change their name? Not once it was compared with their papers."""
    return user.identity_verified_at is None


def nickname(user):
    """Return how the person wants to be called, or None."""
    return json.loads(user.claims).get("nickname")


def masked_cpf(user):
    """Return the person's CPF with a part of it hidden, as `•••.482.917-••`; None without one."""
    digits = papers.read(user, "cpf")
    return digits and masks.cpf(digits)


def _named(user, name):
    if not may_rename(user):
        return user.full_name
    return _line("full_name", name, "profile.name_wrong")


def _line(field, text, key):
    text = " ".join(text.split())
    if not text or len(text) > LONGEST_NAME or not text.isprintable():
        raise Refused(field, key)
    return text
