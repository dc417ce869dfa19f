"""Does ``authorization_details`` allow exactly this (RFC 9396 §9.1)? Pure: it keeps nothing."""


def read(value):
    """Return the entries of the claim ``authorization_details``: a tuple of dicts, maybe empty."""
    if not isinstance(value, list):
        return ()
    return tuple(entry for entry in value if isinstance(entry, dict))


def entry_of(entries, kind):
    """Return the first of ``entries`` whose type is ``kind``, or None."""
    return next((entry for entry in entries if entry.get("type") == kind), None)


def lacks(entry, *names):
    """Return the first of ``names`` that is no text in ``entry``, or None."""
    return next((name for name in names if not isinstance(entry.get(name), str)), None)


def differs(entry, **wanted):
    """Return the first name under which ``entry`` has not exactly the value ``wanted``, or None.

    Exactly: of the same kind too, so ``True`` and ``1.0`` are not 1. None wants it absent.
    """
    for name, value in wanted.items():
        found = entry.get(name)
        if type(found) is not type(value) or found != value:
            return name
    return None
