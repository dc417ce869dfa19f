"""How a session reads to a person: device, browser, part of its address, method, times."""

from typing import NamedTuple

from app.auth.sessions import browser
from app.foundation import masks, words

ACTIVE_SECONDS = 120  # `last_seen_at` is written at most once a minute

# What a device calls itself → its icon, and the message with its name.
KINDS = (
    ("iPhone", "phone", "device.iphone"),
    ("iPad", "tablet", "device.ipad"),
    ("Android", "phone", "device.android"),
    ("Windows", "desktop", "device.windows"),
    ("Mac", "laptop", "device.mac"),
    ("Chrome OS", "laptop", "device.chromebook"),
    ("Linux", "desktop", "device.linux"),
    ("Ubuntu", "desktop", "device.linux"),
)


class Device(NamedTuple):
    """One open session, in words. ``sign`` names an icon; ``here``: it is this browser's.

    apps: the names of those it signed in to; is_new: its device is new beside older ones.
    """

    sid: str
    here: bool
    sign: str
    name: str
    browser: str
    address: str | None
    place: str | None
    method: str
    signed_in: str
    last_seen: str
    ends: str
    apps: tuple
    is_new: bool
    may_be_named: bool


def told(session, here, now, apps=(), *, place=None, is_new=False):
    """Return the :class:`Device` that ``session`` is to a person at ``now``."""
    device, program = browser.describe(session.user_agent)
    sign, name = _kind(device or "")
    return Device(
        sid=session.id,
        here=here,
        sign=sign,
        name=words.t(name),
        browser=program or words.t("sessions.unknown_browser"),
        address=masks.address(session.address),
        place=place,
        method=methods(session.amr),
        signed_in=words.when(session.auth_time, now),
        last_seen=_last_seen(session.last_seen_at, here, now),
        ends=words.when(session.ends_at, now),
        apps=tuple(apps),
        is_new=is_new,
        may_be_named=session.device_id is not None,
    )


def called(device, name):
    """Return ``device`` (Device) under the name that the person gave it, beside what it is."""
    if not name:
        return device
    return device._replace(name=name, browser=f"{device.name}, {device.browser}")


def device_of(user_agent):
    """Return what to call the device and browser of a request, such as *iPhone, Safari*."""
    device, program = browser.describe(user_agent)
    known = (words.t(_kind(device or "")[1]), program or words.t("sessions.unknown_browser"))
    return ", ".join(known)


def methods(amr):
    """Return the methods ``amr`` (RFC 8176) that people know, joined."""
    known = [words.t(f"method.{each}") for each in amr.split() if words.known(f"method.{each}")]
    if len(known) == 2:
        return words.t("method.and", first=known[0], second=known[1])
    return known[0] if known else words.t("method.pwd")


def device_name(device):
    """Return what people call ``device``, as a user agent tells it (None: it does not)."""
    return words.t(_kind(device or "")[1])


def sign(device):
    """Return the icon of what a user agent, or a name of ours, tells of a device."""
    return _kind(device)[0]


def _kind(device):
    for part, sign, name in KINDS:
        if part in device:
            return sign, name
    return "unknown", "sessions.unknown_device"


def _last_seen(moment, here, now):
    if here or (now - moment).total_seconds() < ACTIVE_SECONDS:
        return words.t("sessions.active_now")
    return words.t("sessions.last_seen", ago=words.ago(moment, now))


def this_device():
    """Return what to call this device in a list: of passkeys, of browsers that show notices."""
    device, program = browser.describe(browser.user_agent())
    return ", ".join(filter(None, (device_name(device), program)))
