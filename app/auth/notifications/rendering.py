"""Write a message out: what its reader sees, in its own language (UX, mails and SMS)."""

import re
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from flask import current_app, render_template
from markupsafe import Markup

from app.auth.notifications import gsm, letters, messages
from app.foundation import words

FACTS = ("amount", "payee", "payer", "limit", "at", "ends_at", "device", "place", "name", "app")
FACTS += ("deed", "factor", "contact", "left")
NAMED = {"factor", "contact", "limit"}  # values that are names of ours, with words for people


SHORT = 40  # characters of a name in an SMS or a push


class Written(NamedTuple):
    """A message as it goes out. An SMS has no subject; HTML a mail alone.

    opens: the page of ours that a push leads to.
    """

    text: str
    subject: str = ""
    html: str | None = None
    opens: str = ""


def write(row_id, name, channel, language, context):
    """Return the :class:`Written` message ``name`` for ``channel``, told by ``context``.

    language: one of the catalogues'; row_id: what to quote when asking about this message.
    """
    with words.spoken_as(language):
        values = _values(channel, context)
        if channel == messages.SMS:
            return Written(gsm.plain(words.t(f"sms.{name}", **values)))
        subject = words.t(f"mail.subject.{name}", **values)
        if channel == messages.PUSH:
            opens = messages.CATALOGUE[name].opens
            return Written(words.t(f"pushed.{name}", **values), subject, opens=opens)
        told = {"message": name, "subject": subject, "values": values, "row_id": row_id}
        told |= {"facts": [f for f in FACTS if f in context], "zone": words.zone_name()}
        text = render_template("mail/message.txt", **told).strip()
        rules = Markup(render_template("mail/style.css"))  # noqa: S704 (a file of our own)
        style = Markup("<style>\n{}\n</style>").format(rules)
        html = render_template("mail/message.html", style=style, **told)
        return Written(re.sub(r"\n{3,}", "\n\n", text) + "\n", subject, html)


def _values(channel, context):
    """The values as people read them, and those that every message has."""
    settings = current_app.config
    values = {name: _readable(name, value) for name, value in context.items()}
    if "amount" in context:
        values["amount"] = words.money(context["amount"], context["currency"])
    if channel != messages.MAIL:
        values |= {name: _short(values[name]) for name in letters.CHOSEN & values.keys()}
    if "minutes" in context:
        values["good_for"] = _good_for(channel, context["minutes"])
    return values | {
        "brand": settings["BRAND_NAME"],
        "host": urlsplit(settings["ISSUER"]).netloc,
        "home": f"{settings['ISSUER']}/account",
    }


def _short(text):
    """A name of somebody's choosing, where there is little room."""
    return text if len(text) <= SHORT else f"{text[: SHORT - 1]}…"


def _good_for(channel, minutes):
    hours = minutes % 60 == 0 and minutes >= 120
    unit, n = ("hours", minutes // 60) if hours else ("minutes", minutes)
    return words.t(f"{channel}.good_for.{unit}", n=n)


def _readable(name, value):
    if isinstance(value, datetime):
        return words.t("mail.when", day=words.date(value), time=words.time(value))
    if value is None:
        return words.t("mail.unknown")
    known = f"mail.{name}.{value}"
    return words.t(known) if name in NAMED and words.known(known) else value
