"""Settings as an operator may see them: what is secret is never shown, only that it is set.

A value is shown where its kind can hold no secret (a number, a choice, yes or no), or where its
name says nothing of one; of an address neither what stands before its host nor what is asked.
"""

import re
from typing import NamedTuple
from urllib.parse import urlsplit

HIDDEN = "••••••"
SECRET = re.compile(r"KEY|SECRET|PASSWORD|TOKEN|PRIVATE|CREDENTIAL|SALT|PEM|DSN|USERNAME|LOGIN$")
ADDRESS = ("_URL", "_URI")  # endings of the names of what is an address, of keys too
HARMLESS = (bool, int, float)

_BETWEEN = re.compile(r"[\s,]+")


class Setting(NamedTuple):
    """One setting. value: as it may be shown; source: ``default``, ``set`` or ``derived``."""

    name: str
    value: str
    source: str


def shown(settings, told):
    """Return each :class:`Setting` of ``settings`` (a pydantic model), by name.

    told: the names of those that the environment or a file holds.
    """
    fields = type(settings).model_fields
    return [
        Setting(name, _value(name, getattr(settings, name)), _source(name, fields, settings, told))
        for name in sorted(fields)
    ]


def _source(name, fields, settings, told):
    if name in told:
        return "set"
    return "default" if getattr(settings, name) == fields[name].default else "derived"


def _value(name, value):
    if isinstance(value, HARMLESS):
        return str(value)
    text = str(value)
    if not text:
        return ""
    if "-----BEGIN" in text or (SECRET.search(name) and not name.endswith(ADDRESS)):
        return HIDDEN
    return ", ".join(map(_address, _BETWEEN.split(text))) if "://" in text else text


def _address(text):
    """An address without who signs in there, by what, or what is asked."""
    try:
        parts = urlsplit(text)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return HIDDEN
    hidden = f"{HIDDEN}@" if "@" in parts.netloc else ""
    asked = f"?{HIDDEN}" if parts.query else ""
    return f"{parts.scheme}://{hidden}{parts.hostname or ''}{port}{parts.path}{asked}"
