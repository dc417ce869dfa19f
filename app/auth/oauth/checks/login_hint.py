"""The login hint: a text to begin the sign-in form with, and no more (OIDC Core §3.1.2.1)."""

LONGEST = 254  # characters, the longest e-mail address (RFC 5321 §4.5.3.1.3)


def check(asked):
    """Keep a hint that could be typed; any other does no harm and is passed over."""
    hint = asked.get("login_hint")
    if hint and len(hint) <= LONGEST and hint.isprintable():
        asked.checked["login_hint"] = hint
