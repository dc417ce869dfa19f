"""The browser: who is here, come in, come in afresh, go (ASVS 7.2, 7.3).

The cookie holds a random secret, the database its digest and everything else. The secret is new
at every sign-in, so one that was known before is worth nothing after (ASVS 7.2.4).

Hot statements run beside the request's own transaction: :func:`presence` is asked before
anything is written, and afterwards answers from memory.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

import ua_parser
from flask import current_app, g, request

from app.auth.audit import events, trail
from app.auth.database import db, hot
from app.auth.sessions import assurance, cookies, devices
from app.auth.sessions.models import Session
from app.foundation import clock, digests, ids
from app.foundation.hot import Statement

BROWSER_SECONDS = 400 * 86400  # the longest that browsers keep a cookie
TOUCH = timedelta(minutes=1)  # `last_seen_at` is written no oftener (decisions §10)
LONGEST_USER_AGENT = 400


class Presence(NamedTuple):
    """Somebody is here; ``amr`` is space-separated.

    roles, institutions: the person's, by name and by code, with commas between; None where they
    were not read with the session.
    """

    session_id: str
    user_id: int
    sub: str
    name: str | None
    locale: str | None
    auth_time: datetime
    amr: str
    acr: str
    must_change_password: bool
    must_prove: str = ""
    risk: str = "allow"  # verdict of `risk.assessment` at the sign-in
    theme: str | None = None  # light or dark; None: as the browser's
    roles: str | None = None
    institutions: str | None = None

    @property
    def is_held_up(self):
        """Is something to be done before anything else: a password replaced, an address proved?"""
        return bool(self.must_change_password or self.must_prove)


_Seen = NamedTuple(
    "_Seen",
    [*Presence.__annotations__.items(), ("last_seen_at", datetime), ("ends_at", datetime)],
)

_SEEN = """
    SELECT s.id, s.user_id, u.sub, u.full_name, u.locale, s.auth_time, s.amr, s.acr,
           u.must_change_password, u.must_prove, s.risk, u.theme,
           coalesce((SELECT string_agg(r.role, ',') FROM user_roles r
                     WHERE r.user_id = u.id), ''),
           coalesce((SELECT string_agg(i.code, ',')
                     FROM user_institutions m JOIN institutions i ON i.id = m.institution_id
                     WHERE m.user_id = u.id), ''),
           s.last_seen_at, s.ends_at
    FROM sessions s JOIN users u ON u.id = s.user_id
    WHERE s.ended_at IS NULL AND s.expires_at > :now AND u.status = 'active' AND
    """
_FIND = Statement(f"{_SEEN} s.secret_digest = :digest", _Seen)
_FIND_BY_ID = Statement(f"{_SEEN} s.id = :id", _Seen)
_TOUCH = Statement(
    """
    UPDATE sessions SET last_seen_at = :now, expires_at = :expires
    WHERE id = :id AND ended_at IS NULL AND last_seen_at <= :before
    """
)


def presence():
    """Return who is here, as a :class:`Presence`, or None. Asked of the database once a request."""
    if "presence" not in g:
        secret = cookies.read("session")
        g.presence = secret and _find(secret)
    return g.presence


def speak_for(session_id):
    """Take this request as one of the session ``session_id``; return its Presence, or None.

    For who proved that it is theirs in another way than by its secret. Its hours stay as they are.
    """
    seen = hot.first(_FIND_BY_ID, id=session_id, now=clock.now())
    g.presence = seen and Presence(*seen[: len(Presence._fields)])
    return g.presence


def open(user, amr):
    """Begin a session of ``user``, shown by ``amr``, and return it; the answer sets its cookie.

    An earlier session of this browser is the caller's to end first.
    """
    now, agent = clock.now(), user_agent()
    session = Session(
        id=ids.new("ses"),
        user_id=user.id,
        created_at=now,
        user_agent=agent,
        address=address(),
        device_id=devices.seen(user.id, id(), agent, address()),
        method="password",
    )
    _authenticate(session, amr, now)
    db.session.add(session)
    trail.record(events.SESSION_OPENED, actor=user.sub, subject=session.id, data={"amr": amr})
    g.presence = Presence(
        session_id=session.id,
        user_id=user.id,
        sub=user.sub,
        name=user.full_name,
        locale=user.locale,
        auth_time=now,
        amr=amr,
        acr=session.acr,
        must_change_password=user.must_change_password,
        must_prove=user.must_prove,
        theme=user.theme,
    )
    return session


def renew(session_id, amr):
    """Authenticate this browser's session afresh: same id, new time, new secret; return it.

    Its hours count anew from here. Returns None when it has ended meanwhile.
    """
    here = presence()
    if here is None or here.session_id != session_id:
        return None
    now = clock.now()
    session = db.session.get(Session, session_id, with_for_update=True, populate_existing=True)
    if session is None or not session.is_live(now):
        return None
    _authenticate(session, amr, now)
    session.device_id = devices.seen(here.user_id, id(), user_agent(), address())
    trail.record(events.SESSION_RENEWED, actor=here.sub, subject=session.id, data={"amr": amr})
    g.presence = here._replace(auth_time=now, amr=amr, acr=session.acr)
    return session


def proved(channel):
    """Who is here has just proved their ``channel``; this request knows it from now on."""
    rest = [each for each in g.presence.must_prove.split() if each != channel]
    g.presence = g.presence._replace(must_prove=" ".join(rest))


def judged(verdict):
    """How odd it looked that who is here came in; this request knows it from now on."""
    g.presence = g.presence._replace(risk=verdict)


def forget():
    """Take the session's cookie from this browser; ending the session is the caller's."""
    g.presence = None
    cookies.take_back("session")


def address():
    """Return the client's address, as the trusted proxies tell it; None when nobody does."""
    return request.remote_addr


def user_agent():
    """Return what the browser calls itself, cut to what we keep, or None."""
    return devices.printable(request.user_agent.string, LONGEST_USER_AGENT) or None


def id():
    """Return the long-lived random id of this browser; the answer sets it when it has none.

    It says nothing of who is here: forms and saved requests are bound to it.
    """
    if "browser_id" not in g:
        g.browser_id = cookies.read("browser")
        if g.browser_id is None:
            g.browser_id = ids.secret()
            cookies.leave_for_long("browser", g.browser_id, BROWSER_SECONDS)
    return g.browser_id


def own_id():
    """Return :func:`id` where nobody else can know it, else None.

    What an app without cookies is known by anybody in its network can say as well, so that it
    earns nothing: least of all tries at a password of its own (C21).
    """
    return None if "app_seconds" in g else id()


def describe(user_agent):
    """Return what a person would call the device and the browser: ``("Mac OS X", "Safari")``.

    Either is None when the header does not tell. Slow at first: for lists, never on the way in.
    """
    told = ua_parser.parse(user_agent or "")
    device = told.os and told.os.family
    if told.device and told.device.family not in {"Mac", "Other"}:
        device = f"{told.device.family} ({device})" if device else told.device.family
    return device, told.user_agent and told.user_agent.family


def device_name():
    """Return what to call this device to a person, or None. Slow at first, as `describe` is."""
    device, program = describe(user_agent())
    return ", ".join(filter(None, (device, program))) or None


def _find(secret):
    now = clock.now()
    seen = hot.first(_FIND, digest=digests.of(secret), now=now)
    if seen is None:
        return None
    if seen.last_seen_at <= now - TOUCH:
        expires = _expiry(now, seen.ends_at)
        hot.run(_TOUCH, id=seen.session_id, now=now, expires=expires, before=now - TOUCH)
    return Presence(*seen[: len(Presence._fields)])


def _authenticate(session, amr, now):
    secret = ids.secret()
    session.secret_digest = digests.of(secret)
    session.auth_time = session.last_seen_at = now
    session.amr, session.acr = amr, assurance.acr_of(amr)
    lasting = g.get("app_seconds") or current_app.config["SESSION_SECONDS"]
    session.ends_at = now + timedelta(seconds=lasting)
    session.expires_at = session.ends_at if "app_seconds" in g else _expiry(now, session.ends_at)
    cookies.leave("session", secret)


def _expiry(seen_at, ends_at):
    idle = timedelta(seconds=current_app.config["SESSION_IDLE_SECONDS"])
    return min(seen_at + idle, ends_at)
