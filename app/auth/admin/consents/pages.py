"""What people allowed apps: by person and by app; one of them is taken back.

A list of everybody's is for who answers for it. Who may only read sees a person's on their page,
where they say why.
"""

from flask import redirect, url_for

from app.auth.admin import entries, guard, lists
from app.auth.admin.entries import Deed, Entry, Listing
from app.auth.audit import events, trail
from app.auth.clients import registry
from app.auth.consents import named, overview
from app.auth.flows import withdraw_consent
from app.auth.hosted import forms, signed_in
from app.auth.staff.permissions import CONSENTS_WITHDRAW
from app.foundation import clock, masks, words

consents = guard.door("admin_consents", CONSENTS_WITHDRAW)

COLUMNS = ("id", "sub", "name", "email", "client_id", "scope", "given_at", "updated_at")
LISTING = Listing(
    "admin-consents",
    "admin.consents",
    "admin_consents.index",
    {"order": tuple(overview.ORDERS)},
    typed=("app",),
)
_WITHDRAW = "/admin/consents/<consent_id>/withdraw"


@consents.get("/admin/consents")
def index():
    """List what the people within reach allowed, as was asked."""
    asked = entries.asked(LISTING)
    fitting = {"text" if name == "q" else name: value for name, value in asked.items()}
    fitting["codes"] = guard.reach().codes
    if lists.wants_file():
        return _file(asked, fitting)
    found = overview.look(**fitting, page=lists.page_number())
    return entries.page(
        LISTING,
        found,
        [_entry(*row) for row in found.rows],
        asked,
        outcome=lists.outcome("admin.consents.done", ("withdrawn",)),
    )


@consents.get(_WITHDRAW)
@guard.needs(CONSENTS_WITHDRAW, guard.FRESH_SECONDS)
def ask(consent_id):
    """Say what would end, and ask."""
    consent, _, name, email = overview.get(consent_id, guard.reach().codes)
    return forms.page(
        "admin/asking",
        page="admin-consent-withdraw",
        said="admin.consents.withdraw",
        way=[(url_for("admin_consents.index"), words.t("admin.consents.title"))],
        values={"person": name or masks.email(email), "app": _app(consent.client_id)},
        **signed_in.page(),
    )


@consents.post(_WITHDRAW)
@guard.needs(CONSENTS_WITHDRAW, guard.FRESH_SECONDS)
def withdraw(consent_id):
    """Take it back, and end all that the app holds by it."""
    consent = overview.get(consent_id, guard.reach().codes)[0]
    withdraw_consent.now(consent.user_id, consent.client_id, by=guard.actor())
    return redirect(url_for("admin_consents.index", done="withdrawn"), 303)


def _file(asked, fitting):
    data = {"filters": sorted(set(asked) - {"order"})}
    trail.record(events.CONSENTS_EXPORTED, actor=guard.actor(), subject=None, data=data)
    return lists.file("consents", COLUMNS, overview.batches(**fitting), _fields)


def _entry(consent, sub, name, email):
    allowed = [_permission(each) for each in consent.scope.split()]
    when = words.when(consent.given_at, clock.now())
    app, person = _app(consent.client_id), name or masks.email(email)
    lines = [words.t("admin.consents.given", when=when), ", ".join(allowed)]
    says = words.t("admin.consents.withdraw_one", person=person, app=app)
    address = url_for("admin_consents.ask", consent_id=consent.id)
    deeds = (Deed(address, words.t("admin.consents.withdraw.title"), says),)
    said = words.t("admin.consents.line", person=person, app=app)
    return Entry(said, f"{masks.email(email)} · {sub}", "", (), tuple(lines), deeds)


def _permission(name):
    """A scope or a claim as a person reads of it."""
    claim = named.claim(name)
    key = f"claim.{claim}" if claim else f"scope.{name.replace(':', '_')}.title"
    return words.t(key) if words.known(key) else name


def _app(client_id):
    client = registry.find(client_id)
    return client.localized("client_name", words.locale()) or client_id if client else client_id


def _fields(row):
    consent, sub, name, email = row
    moments = map(clock.to_the_second, (consent.given_at, consent.updated_at))
    return consent.id, sub, name, masks.email(email), consent.client_id, consent.scope, *moments
