"""What the documents' tokens tell of a person beside who they are (S51–S58, C11).

A profile is a document's; every other token stays lean (RFC 9068).
"""

from app.auth.accounts.models import User
from app.auth.database import db
from app.auth.institutions import members, roles


def for_access(profile, user_id):
    """Return the claims (dict) that an access token of ``profile`` carries beside ours."""
    return _ACCESS[profile](user_id)


def for_refresh(profile, user_id):
    """Return those of a refresh token: all of them in document 004, none in 001."""
    return _nest(user_id) if profile == "nest" else {}


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


_ACCESS = {"coinpay": _coinpay, "nest": _nest, "api": lambda user_id: {"user_id": user_id}}
