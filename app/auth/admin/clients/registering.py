"""Register an application, and change what one has registered."""

from datetime import datetime

from flask import jsonify, redirect, request, url_for

from app.auth.admin import guard, lists
from app.auth.admin.clients import (
    calls,
    client_page,
    facts,
    fields,
    findings,
    reaching,
    sentences,
)
from app.auth.admin.clients.drafts import Draft
from app.auth.clients import registration
from app.auth.clients.members import MEMBERS
from app.auth.clients.metadata import InvalidMetadata
from app.auth.clients.registration import ChangedMeanwhile, Taken
from app.auth.consents import scopes
from app.auth.flows.four_eyes import asking
from app.auth.hosted import forms, signed_in
from app.auth.institutions import overview
from app.auth.staff.permissions import CLIENTS_MANAGE
from app.foundation import ids, words
from app.foundation.problems import NotFound

registering = guard.door("admin_registering", CLIENTS_MANAGE)

MOST_FOUND = 10  # institutions that a search on the form shows


@registering.get("/admin/clients/new")
def new():
    """Ask what to register."""
    codes = reaching.codes()
    [own] = codes if codes and len(codes) == 1 else [""]
    return _page(Draft(fields.empty() | {"institution": own}))


@registering.post("/admin/clients/new")
def register():
    """Register it, once however often the form is sent; or say what is wrong."""
    draft = Draft(fields.typed(request.form), codes=reaching.codes())
    if _is_looking():
        return _page(draft, matches=_matches(draft), state="found")
    if "check" in request.form or draft.refusals:
        return _again(draft)
    client_id = _drawn()
    try:
        done = asking.register_client_for(
            draft.given, scopes=scopes.CATALOGUE, client_id=client_id, by=guard.actor()
        )
    except InvalidMetadata as refusal:
        return _again(draft, refusal)
    except Taken:
        return _to(client_id, "already")
    return _shown(done, "registered")


@registering.get("/admin/clients/<client_id:client_id>/edit")
def edit(client_id):
    """Show what is registered, to be changed."""
    client = reaching.client(client_id)
    before = facts.described(client)
    return _page(Draft(fields.of(before), before), client=client)


@registering.post("/admin/clients/<client_id:client_id>/edit")
def change(client_id):
    """Replace what is registered, unless somebody else did meanwhile."""
    client = reaching.client(client_id)
    draft = Draft(fields.typed(request.form), facts.described(client), reaching.codes())
    if _is_looking():
        seen = request.form.get("seen")
        return _page(draft, client=client, seen=seen, matches=_matches(draft), state="found")
    if "check" in request.form or draft.refusals:
        return _again(draft, client=client, seen=request.form.get("seen"))
    try:
        done = asking.change_client(
            client_id, draft.given, scopes=draft.scopes, by=guard.actor(), seen=_seen()
        )
    except InvalidMetadata as refusal:
        return _again(draft, refusal, client=client, seen=request.form.get("seen"))
    except ChangedMeanwhile as problem:
        return _changed_meanwhile(draft, client_id, problem)
    return _shown(done, "saved")


@registering.post("/admin/clients/check")
def check():
    """Say what would be wrong, as it is being typed; nothing is kept."""
    before = _before(request.form.get("client"))
    draft = Draft(fields.typed(request.form), before, reaching.codes())
    return jsonify(
        findings=[finding._asdict() for finding in findings.of(draft)],
        command=_command(draft, request.form.get("client")),
    )


def _is_looking():
    """Is an institution looked for, or picked of those that were found?"""
    return not request.form.keys().isdisjoint({"find", "pick"})


def _matches(draft):
    """The first institutions that fit what was typed; None where one was picked."""
    if "pick" in request.form:
        return None
    found = overview.look(draft.values["institution"], codes=guard.reach().codes)
    return found.rows[:MOST_FOUND]


def _page(draft, status=200, *, client=None, seen=None, **more):
    """The form, with what ``draft`` holds."""
    return forms.page(
        "admin/clients/form",
        status,
        client=client,
        called=client and facts.name_of(client),
        values=draft.values,
        drawn=_drawn(),
        seen=seen or (client and client.updated_at.isoformat()),
        permissions=facts.permissions(),
        kinds=fields.KINDS,
        choices={name: MEMBERS[name].choices for name in fields.CHOICES},
        algorithms=fields.SIGNATURES,
        has_institutions=overview.look(codes=guard.reach().codes).total > 0,
        grants=fields.GRANTS if client else fields.GRANTS[1:],
        command=_command(draft, client and client.id),
        **more,
        **signed_in.page(),
    )


def _again(draft, *refusals, **where):
    """The form once more: as it was typed, with what was found about it."""
    checked = not refusals and "check" in request.form
    return _page(
        draft,
        200 if checked else 422,
        errors=draft.errors(*refusals),
        findings=findings.of(draft),
        state="checked" if checked else "error",
        **where,
    )


def _changed_meanwhile(draft, client_id, problem):
    """The form once more, with what it would now replace; sent again it does."""
    client = registration.get(client_id)
    now, mine = fields.of(facts.described(client)), draft.values
    others = {name: value for name, value in now.items() if _text(value) != _text(mine[name])}
    return _page(
        draft,
        problem.status,
        client=client,
        notice=forms.told(problem),
        meanwhile=[(_label(name), _text(value)) for name, value in others.items()],
        state="error",
    )


def _label(name):
    return sentences.label("application_type" if name == "kind" else name)


def _text(value):
    """What a field holds, in words; a list in no order of its own."""
    if isinstance(value, bool):
        return words.t("admin.yes" if value else "admin.no")
    return ", ".join(sorted(value)) if isinstance(value, list) else value or words.t("admin.empty")


def _shown(outcome, done):
    """That it waits for somebody else; a new secret, this once; else the application's page."""
    answer = outcome.answer
    if outcome.act:
        return redirect(url_for("admin_clients.index", done=lists.ASKED), 303)
    client_id = answer["client_id"]
    if "client_secret" in answer:
        client = registration.get(client_id)
        return client_page.secret_once(client, answer["client_secret"])
    return _to(client_id, done)


def _to(client_id, done):
    return redirect(url_for("admin_clients.show", client_id=client_id, done=done), 303)


def _drawn():
    """The id that the form will register: drawn with it, so that it registers one client."""
    drawn = request.form.get("drawn", "")
    return drawn if ids.is_one(drawn, "cli") else ids.new("cli")


def _seen():
    try:
        return datetime.fromisoformat(request.form.get("seen", ""))
    except ValueError:
        raise ChangedMeanwhile from None


def _before(client_id):
    try:
        return facts.described(reaching.client(client_id)) if client_id else None
    except NotFound:
        return None


def _command(draft, client_id):
    given = draft.given
    return calls.changing(client_id, given) if client_id else calls.registering(given)
