"""What a person typed on the way through a journey, kept sealed so that nothing need be retyped.

Never a password, never a code.
"""

import base64
import json

from flask import current_app

from app.auth.interactions import journey


def keep(interaction, name, told, **facts):
    """Keep ``told`` (a dict) under ``name``; ``facts`` are kept in clear, for prompts to see."""
    sealed = _ring().seal(json.dumps(told).encode(), _place(interaction, name))
    journey.answer(interaction, name, sealed=base64.b64encode(sealed).decode(), **facts)


def read(interaction, name):
    """Return what was kept under ``name`` (a dict), or None."""
    kept = interaction.answer_to(name)
    if kept is None:
        return None
    return json.loads(_ring().open(base64.b64decode(kept["sealed"]), _place(interaction, name)))


def _ring():
    return current_app.extensions["sealing"]


def _place(interaction, name):
    return f"interactions/{interaction.id}/{name}"
