"""The signing keys: their states and dates; one turns them over, or withdraws one at once."""

from flask import redirect, request, url_for

from app.auth.admin import entries, guard, lists
from app.auth.admin.entries import Deed, Entry, Listing
from app.auth.flows.four_eyes import asking
from app.auth.hosted import forms, signed_in
from app.auth.keys import desk
from app.auth.staff.permissions import KEYS_MANAGE, KEYS_READ
from app.foundation import clock, words
from app.foundation.intake import Malformed
from app.foundation.problems import Problem

keys = guard.door("admin_keys", KEYS_READ)

COLUMNS = ("kid", "alg", "state", "created_at", "signs_from", "signs_until", "turns_at")
COMMAND = "flask --app wsgi:auth keys"
LISTING = Listing(
    "admin-keys",
    "admin.keys",
    "admin_keys.index",
    {"state": desk.STATES, "alg": desk.ALGORITHMS, "order": tuple(desk.ORDERS)},
    searched=False,
)
KINDS = {"next": "info", "active": "ok", "retired": "warn", "gone": "danger"}
DONE = ("rotated", "retired", "stuck")  # ?done= → message


@keys.get("/admin/keys")
def index():
    """List the keys that fit what was asked."""
    asked = entries.asked(LISTING)
    if lists.wants_file():
        return lists.file("keys", COLUMNS, desk.batches(**asked), _fields)
    found = desk.look(**asked, page=lists.page_number())
    return entries.page(
        LISTING,
        found,
        [_entry(row) for row in found.rows],
        asked,
        outcome=lists.outcome("admin.keys.done", DONE),
        deeds=_deeds(),
        command=f"{COMMAND} list",
    )


@keys.get("/admin/keys/rotate")
@guard.needs(KEYS_MANAGE, guard.FRESH_SECONDS)
def ask_to_rotate():
    """Say what would happen, and ask which."""
    every = ("", words.t("admin.keys.rotate.every"), words.t("admin.keys.rotate.every_detail"))
    one = words.t("admin.keys.rotate.one")
    choices = [every, *((alg, alg, one) for alg in desk.ALGORITHMS)]
    return _asking("rotate", f"{COMMAND} rotate", {}, kind="main", choices=choices)


@keys.post("/admin/keys/rotate")
@guard.needs(KEYS_MANAGE, guard.FRESH_SECONDS)
def rotate():
    """Turn them over: the next ones follow."""
    alg = request.form.get("choice", "")
    if alg and alg not in desk.ALGORITHMS:
        raise Malformed(detail="alg")
    turned = desk.rotate(alg or None, by=guard.actor())
    return redirect(url_for("admin_keys.index", done="rotated" if turned else "stuck"), 303)


@keys.get("/admin/keys/<kid>/retire")
@guard.needs(KEYS_MANAGE, guard.FRESH_SECONDS)
def ask_to_retire(kid):
    """Say what would end, and ask."""
    row = desk.get(kid)
    if row.state == "gone":
        return redirect(url_for("admin_keys.index"), 303)
    state = words.t(f"admin.keys.state.{row.state}")
    return _asking("retire", f"{COMMAND} retire -- {kid}", {"alg": row.alg, "state": state})


@keys.post("/admin/keys/<kid>/retire")
@guard.needs(KEYS_MANAGE, guard.FRESH_SECONDS)
def retire(kid):
    """Withdraw it; where it is gone already, that is as good."""
    if desk.get(kid).state == "gone":
        return redirect(url_for("admin_keys.index"), 303)
    try:
        waits = asking.retire_key(kid, by=guard.actor()).act
    except Problem:
        return redirect(url_for("admin_keys.index", done="stuck"), 303)
    return redirect(url_for("admin_keys.index", done=lists.ASKED if waits else "retired"), 303)


def _asking(deed, command, values, **more):
    return forms.page(
        "admin/asking",
        page=f"admin-key-{deed}",
        said=f"admin.keys.{deed}",
        way=[(url_for("admin_keys.index"), words.t("admin.keys.title"))],
        values=values,
        command=command,
        **more,
        **signed_in.page(),
    )


def _deeds():
    if not guard.may(KEYS_MANAGE):
        return []
    address, label = url_for("admin_keys.ask_to_rotate"), words.t("admin.keys.rotate.title")
    return [Deed(address, label, id="keys-rotate")]


def _entry(row):
    deeds = []
    if row.state != "gone" and guard.may(KEYS_MANAGE):
        address, label = url_for("admin_keys.ask_to_retire", kid=row.kid), "admin.keys.retire.title"
        says = words.t("admin.keys.retire_one", alg=row.alg, kid=row.kid[:8])
        deeds = [Deed(address, words.t(label), says)]
    badge = entries.badge(KINDS[row.state], "admin.keys.state", row.state)
    return Entry(row.alg, row.kid, badges=(badge,), lines=tuple(_dates(row)), deeds=tuple(deeds))


def _dates(row):
    """The dates of its way, each in a sentence."""
    now = clock.now()
    yield words.t("admin.keys.made", ago=words.ago(row.created_at, now))
    signs_from = row.activated_at if row.state != "next" else None
    turns = desk.turns_at(row)
    told = {"signs_from": signs_from, "signs_until": row.retired_at, "turns": turns}
    for name, moment in told.items():
        if moment:
            yield words.t(f"admin.keys.{name}", when=words.when(moment, now))


def _fields(row):
    begins = row.activated_at if row.state != "next" else None
    moments = (row.created_at, begins, row.retired_at, desk.turns_at(row))
    return row.kid, row.alg, row.state, *map(clock.to_the_second, moments)
