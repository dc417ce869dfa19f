"""Pure: which claims of a person userinfo may tell (OIDC Core §5.4)."""

from app.auth.consents import scopes


def for_userinfo(known, granted, subject):
    """Return those of ``known`` claims (dict) that ``granted`` scopes (names) open.

    What the person does not have is left out: no null, no empty text (OIDC Core §5.3.2).
    """
    opened = scopes.claims_of(granted)
    told = {name: value for name, value in known.items() if name in opened}
    told["sub"] = subject
    return told
