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

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*(?=://)")
_BETWEEN = re.compile(rf"[\s,]+(?={_SCHEME.pattern})")


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
    return ", ".join(map(_address, _parts(text))) if "://" in text else text


def _parts(text):
    """The addresses of a list: but where it may be one, with a comma in its password, just that."""
    parts = _BETWEEN.split(text)
    schemes = {_SCHEME.match(part) and _SCHEME.match(part)[0] for part in parts}
    return parts if "@" not in text or len(schemes) == 1 else [text]


def _address(text):
    """An address without who signs in there, by what, or what is asked.

    A password may hold anything, though it should not, a slash and a question mark too: so what is
    hidden goes as far as the last ``@``.
    """
    if not _SCHEME.match(text):
        return HIDDEN
    scheme, _, rest = text.partition("://")
    _, at, rest = rest.rpartition("@")
    try:
        parts = urlsplit(f"//{rest}")
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return HIDDEN
    hidden = f"{HIDDEN}@" if at else ""
    asked = f"?{HIDDEN}" if parts.query else ""
    return f"{scheme}://{hidden}{parts.hostname or ''}{port}{parts.path}{asked}"
