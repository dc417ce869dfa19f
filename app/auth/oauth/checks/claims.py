"""The ``claims`` parameter: what is to be told by name, of whom, how surely (OIDC Core §5.5)."""

from app.auth.accounts import subject
from app.auth.consents import named, scopes
from app.auth.oauth import errors
from app.foundation import intake

LONGEST = 4000  # characters
PLACES = ("userinfo", "id_token")


def check(asked):
    """Keep the names to be told; settle whom ``sub`` means and how surely ``acr`` wants them.

    What this server does not know is passed over, and so is a claim that no scope the client is
    registered for opens. Raises InvalidRequest: when it is malformed, or speaks of another person
    than the ``id_token_hint`` does.
    """
    text = asked.get("claims")
    if text is None:
        return
    claims = _parsed(text)
    parts = {place: _part(claims, place) for place in PLACES}
    for part in parts.values():
        _settle_person(asked, part.get("sub"))
    _settle_level(asked, parts["id_token"].get("acr"))
    if "openid" in asked.checked["scope"]:
        theirs = scopes.claims_of(asked.client.scope) - {"sub"}
        told = {place: [n for n in part if n in theirs] for place, part in parts.items()}
        asked.checked["claims"] = named.write(named.Named(**told))


def _parsed(text):
    if len(text) > LONGEST:
        raise errors.InvalidRequest("The claims are too long.")
    try:
        return intake.json_object(text.encode())
    except intake.Malformed:
        raise errors.InvalidRequest("The claims must be a JSON object.") from None


def _part(claims, place):
    """What ``claims`` ask for in one ``place``, as a dict."""
    part = claims.get(place)
    if part is None:
        return {}
    if not isinstance(part, dict) or not all(map(_is_well_formed, part.values())):
        raise errors.InvalidRequest("The claims are malformed.")
    return part


def _is_well_formed(claim):
    if claim is None:
        return True
    if not isinstance(claim, dict) or not isinstance(claim.get("essential", False), bool):
        return False
    values = claim.get("values", [None])
    return isinstance(values, list) and bool(values)


def _texts(claim):
    """The values asked for of a claim that is a text; the one before the many."""
    values = []
    if claim:
        values = claim.get("values", []) if claim.get("value") is None else [claim["value"]]
    if not all(isinstance(value, str) for value in values):
        raise errors.InvalidRequest("The claims have a value of the wrong kind.")
    return tuple(values)


def _settle_person(asked, claim):
    values = set(_texts(claim))
    if len(values) > 1:
        raise errors.InvalidRequest("The claims ask for more than one sub.")
    for value in values:
        person = subject.public(value, asked.client.sector) or ""
        if asked.checked.setdefault("hinted_sub", person) != person:
            raise errors.InvalidRequest("The claims and the id_token_hint name different people.")


def _settle_level(asked, claim):
    """Its values count, instead of ``acr_values``; both at once is unspecified (§5.5.1.1)."""
    levels = _texts(claim)
    if levels:
        asked.checked["acr_values"] = levels
        asked.checked["acr_essential"] = claim.get("essential", False)
