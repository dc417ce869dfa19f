"""The mailbox of a developer's machine: mail, SMS and push that was sent, newest first (S72)."""

from flask import jsonify, request
from markupsafe import Markup

from app.auth.hosted import forms, shell
from app.auth.notifications import mailbox as kept
from app.foundation import clock, web, words

mailbox = shell.door("mailbox")

PAGE = 50
LAST = 100
SHOWN = ("to", "channel", "subject", "text")


@mailbox.get("/dev/mailbox")
def show():
    """Show what was sent, to everybody or to one address; as a page or as JSON."""
    to = request.args.get("to", "")
    number = min(max(request.args.get("page", 1, int), 1), LAST)
    found = kept.read(to, (number - 1) * PAGE, PAGE + 1)
    if not web.wants_html():
        return jsonify([{name: getattr(each, name) for name in SHOWN} for each in found[:PAGE]])
    letters = [_letter(each) for each in found[:PAGE]]
    more = len(found) > PAGE and number < LAST
    return forms.page("mailbox", letters=letters, to=to, number=number, more=more)


def _letter(mailed):
    """A message as the page shows it, its code marked."""
    parts = mailed.text.strip().split(mailed.code) if mailed.code else [mailed.text.strip()]
    text = Markup("<mark>{}</mark>").format(mailed.code).join(parts)
    return {"mailed": mailed, "text": text, "at": words.when(mailed.created_at, clock.now())}
