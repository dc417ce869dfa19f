"""What the documents' tokens tell of a person beside who they are (S51–S58, C11).

A profile is a document's; every other token stays lean (RFC 9068).
"""

from typing import NamedTuple

from app.auth.accounts.models import User
from app.auth.database import db
from app.auth.institutions import members, roles


class Told(NamedTuple):
    """The claims (dicts) that an access and a refresh token carry beside ours."""

    access: dict
    refresh: dict


def of(profile, user_id):
    """Return what tokens of ``profile`` are :class:`Told`: refresh tokens all in 004, else none."""
    claims = _CLAIMS[profile](user_id)
    return Told(claims, claims if profile == "nest" else {})


def _coinpay(user_id):
    return {"name": _name(db.session.get(User, user_id)), "roles": roles.told(user_id)}


def _nest(user_id):
    user = db.session.get(User, user_id)
    return {
        "user_id": user.id,
        "user_name": _name(user),
        "email": user.email,
        "roles": roles.told(user_id),
        "institutions": members.codes(user_id),
    }


def _name(user):
    return user.full_name or user.username or user.email


_CLAIMS = {"coinpay": _coinpay, "nest": _nest, "api": lambda user_id: {"user_id": user_id}}
