"""One's own devices: what one calls them, and that a new one is one's own (UX B09)."""

from app.auth.audit import events, trail
from app.auth.sessions import assurance, browser, devices
from app.foundation import clock
from app.foundation.problems import NotFound


def called(session_id):
    """Return what the person calls the device of a session of theirs, or None. Raises NotFound."""
    return devices.one(browser.presence().user_id, _device_of(session_id)).name


def call(session_id, name):
    """Call that device ``name``, cut to what fits; an empty one takes the name away.

    Raises NotFound.
    """
    here = browser.presence()
    device_id = _device_of(session_id)
    devices.rename(here.user_id, device_id, name)
    trail.record(events.DEVICE_NAMED, actor=here.sub, subject=here.sub, data={"device": device_id})


def may_own(here, new):
    """May who is ``here`` (a presence) say of a new device that it is theirs?

    Not by a password alone on a device that is among the ``new`` itself (ids): a stranger who has
    the password would say so of their own.
    """
    if assurance.satisfies(here.acr, (assurance.TWO_FACTORS,)):
        return True
    mine = devices.named(here.user_id, [here.session_id]).get(here.session_id)
    return mine is not None and mine.device_id not in new


def own(session_id):
    """The person says that a new device is theirs: it is shown as new no more.

    Raises NotFound: where it is not new, or who is here may not say so.
    """
    here = browser.presence()
    new = devices.new_ones(here.user_id, clock.now())
    device_id = _device_of(session_id)
    if device_id not in new or not may_own(here, new):
        raise NotFound
    devices.own(here.user_id, device_id)
    trail.record(events.DEVICE_OWNED, actor=here.sub, subject=here.sub, data={"device": device_id})


def _device_of(session_id):
    user_id = browser.presence().user_id
    found = devices.named(user_id, [session_id]).get(session_id)
    if found is None or found.device_id is None:
        raise NotFound
    return found.device_id
