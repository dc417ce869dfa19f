"""What a type of detail is, and the shape that those which move money share."""

from collections.abc import Mapping
from typing import Any, NamedTuple

TEXT = {"type": "string", "minLength": 1, "maxLength": 200}
DAY = {"type": "string", "format": "date"}


class Kind(NamedTuple):
    """One type.

    rooms: of the bank, where it may be used; scope: without which it opens nothing, or None;
    schema: JSON Schema of an entry, published; money: the bank signs each, and a person approves
    it; covers: ``covers(granted, asked)``: is the entry ``asked`` no more than what was granted?
    """

    name: str
    rooms: tuple
    schema: Mapping
    scope: str | None
    money: bool
    covers: Any


def of_money(name, room, scope):
    """Return the :class:`Kind` of a deed that moves money: all or nothing, to the cent."""
    return Kind(name, (room,), _schema_of_money(name), scope, money=True, covers=_same)


def _same(granted, asked):
    """The deed itself may be left out, and what was added when it was approved."""
    kept = {name: value for name, value in asked.items() if name != "deed"}
    return all(granted.get(name) == value for name, value in kept.items()) and (
        asked.get("transaction_id") == granted.get("transaction_id")
    )


def _schema_of_money(name):
    payee = {"id": TEXT, "name": TEXT, "document": TEXT, "institution": TEXT}
    members = {
        "type": {"const": name},
        "locations": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 1},
        "transaction_id": {"type": "string", "pattern": "^dee_[A-Za-z0-9_-]{16,64}$"},
        "amount": {"type": "integer", "minimum": 1, "description": "whole minor units"},
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
        "payee": {
            "type": "object",
            "properties": payee,
            "required": ["id", "name"],
            "additionalProperties": False,
        },
        "source": {"type": "string", "description": "the wallet it leaves from"},
        "expires_at": {"type": "string", "format": "date-time"},
        "description": TEXT,
        "due_date": DAY,
        "deed": {"type": "string", "description": "the bank's signed word, as its challenge gave"},
    }
    optional = {"description", "due_date"}
    return {
        "type": "object",
        "properties": members,
        "required": [each for each in members if each not in optional],
        "additionalProperties": False,
    }
