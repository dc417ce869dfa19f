"""How a line of the record reads to the person whom it is about."""

from typing import NamedTuple

from app.auth.audit import events as catalogue
from app.auth.hosted import asker
from app.auth.pages import session_words
from app.foundation import words

# Kind → the events a person is shown of it, each with the icon beside it.
KINDS = {
    "access": {
        catalogue.SESSION_OPENED: "laptop",
        catalogue.SESSION_RENEWED: "laptop",
        catalogue.SESSION_ENDED: "leave",
        catalogue.SIGN_IN_FAILED: "alert",
        catalogue.SIGN_IN_LOCKED: "alert",
        catalogue.CODE_SENT: "mail",
        catalogue.SECOND_FACTOR_REFUSED: "alert",
        catalogue.SECOND_FACTOR_LOCKED: "alert",
        catalogue.RECOVERY_CODE_USED: "key",
        catalogue.BROWSER_REMEMBERED: "laptop",
    },
    "changes": {
        catalogue.ACCOUNT_CREATED: "person",
        catalogue.PROFILE_CHANGED: "person",
        catalogue.CONTACT_CHANGED: "mail",
        catalogue.CONTACT_PROVED: "mail",
        catalogue.CONTACT_LOST: "alert",
        catalogue.PAPER_REFUSED: "alert",
        catalogue.PASSWORD_CHANGED: "lock",
        catalogue.RECOVERY_ASKED: "lock",
        catalogue.PASSWORD_RESET: "lock",
        catalogue.FACTOR_ADDED: "key",
        catalogue.FACTOR_NAMED: "key",
        catalogue.FACTOR_REMOVED: "key",
        catalogue.RECOVERY_CODES_DRAWN: "key",
        catalogue.FACTOR_RECOVERY_BEGUN: "alert",
        catalogue.FACTOR_RECOVERY_STOPPED: "lock",
        catalogue.FACTOR_RECOVERY_COMPLETED: "alert",
        catalogue.FACTOR_RECOVERY_LAPSED: "lock",
        catalogue.PASSKEY_COUNT_WENT_BACK: "alert",
        catalogue.NOTICES_CHOSEN: "mail",
        catalogue.PUSH_ADDED: "phone",
        catalogue.PUSH_REMOVED: "phone",
        catalogue.ROLE_GIVEN: "shield",
        catalogue.ROLE_TAKEN: "shield",
        catalogue.PASSKEY_DECLINED: "key",
        catalogue.MEMBER_ADMITTED: "shield",
        catalogue.MEMBER_RELEASED: "shield",
        catalogue.PROFILE_SEEN: "eye",
        catalogue.PROFILE_OPENED: "eye",
        catalogue.FIELD_SHOWN: "eye",
        catalogue.SUPPORT_ASKED: "person",
        catalogue.SUPPORT_ALLOWED: "person",
        catalogue.SUPPORT_REFUSED: "person",
        catalogue.SUPPORT_ENDED: "person",
        catalogue.SUPPORT_READ: "eye",
        catalogue.ACCOUNT_LOCKED: "alert",
        catalogue.ACCOUNT_UNLOCKED: "shield",
        catalogue.ACCOUNT_SIGNED_OUT: "leave",
        catalogue.PASSWORD_REQUIRED: "key",
        catalogue.DEVICE_DISOWNED: "alert",
        catalogue.DEVICE_OWNED: "laptop",
        catalogue.DEVICE_NAMED: "laptop",
        catalogue.DATA_EXPORTED: "download",
        catalogue.CLOSING_ASKED: "alert",
        catalogue.CLOSING_STOPPED: "done",
    },
    "apps": {
        catalogue.DEED_APPROVED: "done",
        catalogue.DEED_REFUSED: "apps",
        catalogue.CONSENT_GIVEN: "apps",
        catalogue.CONSENT_WITHDRAWN: "apps",
        catalogue.GRANT_AUTHORIZED: "apps",
        catalogue.DEVICE_APPROVED: "desktop",
        catalogue.DEVICE_DENIED: "desktop",
    },
}
_ALL = {event: sign for each in KINDS.values() for event, sign in each.items()}
_STRANGE = {catalogue.SESSION_OPENED, catalogue.SESSION_RENEWED}  # a person may say: not me


class Row(NamedTuple):
    """One line. sid: of the session it tells of, if a person may say that it was not theirs."""

    sign: str
    title: str
    details: tuple
    when: str
    sid: str | None


def events(kind):
    """Return the events of ``kind``; every one that is shown where there is no such kind."""
    return tuple(KINDS.get(kind, _ALL))


def told(line, session, here, now):
    """Return the :class:`Row` of ``line`` for who is ``here`` (a presence).

    session: the one it is about, while we know it.
    """
    strange = line.event in _STRANGE and line.subject != here.session_id
    name = line.event.replace(":", "_")
    return Row(
        sign=_ALL[line.event],
        title=words.t(f"activity.{name}"),
        details=tuple(_details(line, session)),
        when=words.when(line.at, now),
        sid=line.subject if strange else None,
    )


def _details(line, session):
    if session:
        device = session_words.told(session, False, line.at)
        yield from (device.name, device.browser)
        if device.address:
            yield device.address
    client_id = line.data.get("client") or line.subject
    client = asker.of(client_id) if line.event in KINDS["apps"] else None
    if client:
        yield client.name
    factor = f"factor.{line.data.get('factor')}"
    if words.known(factor):
        yield words.t(factor)
    reason = f"reason.{line.data.get('reason')}"
    if words.known(reason):
        yield words.t(reason)
    if "amr" in line.data:
        yield session_words.methods(line.data["amr"])
