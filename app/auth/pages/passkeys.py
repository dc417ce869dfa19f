"""One's own passkeys: the list, a new one, another name, and removing one (B08)."""

from flask import request

from app.auth.accounts import lookup
from app.auth.factors import passkey_creation, registry, signals
from app.auth.factors import passkeys as kept
from app.auth.factors.webauthn import ceremonies
from app.auth.flows.factors import enrol_factor, name_passkey, remove_factor, step_up
from app.auth.hosted import forms, signed_in
from app.auth.pages import security, session_words
from app.auth.sessions import browser
from app.foundation import clock, words

passkeys = signed_in.door("passkeys")


@passkeys.get("/account/passkeys")
def listed():
    """Show each passkey: what it is called, when it was made and used, where it lives."""
    user = lookup.by_id(browser.presence().user_id)
    context = {"passkeys": _told(kept.of(user.id)), "signals": signals.of(user)}
    return forms.page("passkeys", **context, told=security.told(), **signed_in.page())


@passkeys.get("/account/passkeys/new")
@signed_in.with_proof("change_passkeys")
def new():
    """Offer to make one on this device."""
    return _new()


@passkeys.post("/account/passkeys/new")
@signed_in.with_proof("change_passkeys")
def create():
    """Keep what the device made, or say why not."""
    form = request.form
    try:
        codes = enrol_factor.add_passkey(
            form.get("credential", ""), form.get("passkey-name", ""), session_words.this_device()
        )
    except (ceremonies.Refused, passkey_creation.Already, passkey_creation.TooMany) as problem:
        return _new(problem)
    if codes:
        return security.shown_once(codes, "passkeys.listed")
    return signed_in.back("passkeys.listed", done="passkey_added")


@passkeys.post("/account/passkeys/<passkey_id>/name")
def rename(passkey_id):
    """Call it something else."""
    name_passkey.call(passkey_id, request.form.get("name", ""))
    return signed_in.back("passkeys.listed")


@passkeys.get("/account/passkeys/<passkey_id>/remove")
@signed_in.with_proof("change_passkeys")
def ask(passkey_id):
    """Ask once before removing it."""
    step_up.require_fresh()
    return _asked(passkey_id)


@passkeys.post("/account/passkeys/<passkey_id>/remove")
@signed_in.with_proof("change_passkeys")
def remove(passkey_id):
    """Remove it: nobody signs in by it any more."""
    try:
        remove_factor.passkey(passkey_id)
    except remove_factor.Mandated as problem:
        return _asked(passkey_id, problem)
    return signed_in.back("passkeys.listed", done="passkey_removed")


def _new(problem=None):
    status = problem.status if problem else 200
    asked = enrol_factor.passkey_request()
    context = {"notice": forms.told(problem), "state": "error"} if problem else {}
    return forms.page("passkey_new", status, request=asked, **context, **signed_in.page())


def _asked(passkey_id, problem=None):
    user_id = browser.presence().user_id
    mine = kept.of(user_id)
    [passkey] = _told([kept.one(user_id, passkey_id)])
    last = remove_factor.is_last(user_id, registry.FACTORS["passkey"])
    context = {"notice": forms.told(problem), "state": "error"} if problem else {}
    return forms.page(
        "passkey_remove",
        problem.status if problem else 200,
        passkey=passkey,
        only=len(mine) == 1,
        last=last and len(mine) == 1,
        **context,
        **signed_in.page(),
    )


def _told(mine):
    """What the list says of each passkey."""
    now = clock.now()
    return [
        {
            "id": each.id,
            "name": each.name,
            "sign": "apps" if each.synced else "laptop",
            "synced": words.t("passkeys.synced" if each.synced else "passkeys.one_device"),
            "created": words.t("passkeys.created", when=words.when(each.created_at, now)),
            "used": words.t("passkeys.used", when=words.when(each.last_used_at, now))
            if each.last_used_at
            else words.t("passkeys.unused"),
        }
        for each in mine
    ]
