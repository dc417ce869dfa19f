"""Pure: which claims of a person userinfo and the ID token may tell (OIDC Core §5.4, §5.5)."""

from app.auth.consents import scopes


def for_userinfo(known, granted, subject, named=()):
    """Return those of ``known`` claims (dict) that ``granted`` scopes open, or ``named`` names.

    What the person does not have is left out: no null, no empty text (OIDC Core §5.3.2).
    """
    opened = scopes.claims_of(granted).union(named)
    told = {name: value for name, value in known.items() if name in opened}
    told["sub"] = subject
    return told


def for_id_token(known, named):
    """Return those of ``known`` claims (dict) that ``named`` names, and nothing for the others."""
    return {name: known[name] for name in named if name in known}
