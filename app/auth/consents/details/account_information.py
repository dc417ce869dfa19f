"""``account_information``: what of a person's money an app may read, and until when.

It moves nothing: there is no deed. It opens nothing that a scope does not; it narrows.
"""

from datetime import date

from app.auth.consents.details.kind import DAY, Kind

NAME = "account_information"
ACTIONS = ("balance", "transactions")
ROOMS = ("wallet", "reports")

SCHEMA = {
    "type": "object",
    "properties": {
        "type": {"const": NAME},
        "locations": {
            "type": "array",
            "items": {"type": "string"},
            "minItems": 1,
            "uniqueItems": True,
        },
        "actions": {
            "type": "array",
            "items": {"enum": list(ACTIONS)},
            "minItems": 1,
            "uniqueItems": True,
        },
        "until": DAY,
    },
    "required": ["type", "locations", "actions"],
    "additionalProperties": False,
}


def is_well_formed(entry, places):
    """Is ``entry`` (dict) as the schema says, for some of ``places`` (addresses)?"""
    if not {"type", "locations", "actions"} <= entry.keys() <= SCHEMA["properties"].keys():
        return False
    return (
        _are_some(entry["locations"], places)
        and _are_some(entry["actions"], ACTIONS)
        and ("until" not in entry or _day(entry["until"]) is not None)
    )


def _covers(granted, asked):
    """Fewer places and actions, and no longer (RFC 9396 §6.1)."""
    last, wanted = granted.get("until"), asked.get("until")
    return (
        set(asked["locations"]) <= set(granted["locations"])
        and set(asked["actions"]) <= set(granted["actions"])
        and (last is None or (wanted is not None and wanted <= last))
    )


def _are_some(named, known):
    texts = isinstance(named, list) and bool(named) and all(isinstance(n, str) for n in named)
    return texts and len(set(named)) == len(named) and set(named) <= set(known)


def _day(text):
    try:
        found = date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return found if found and found.isoformat() == text else None


KIND = Kind(NAME, ROOMS, SCHEMA, scope=None, money=False, covers=_covers)
