"""What ends or opens an application's access: each asks once, on a page of its own.

None of it is done on an old sign-in.
"""

from flask import redirect, request, url_for

from app.auth.admin import guard
from app.auth.admin.clients import calls, client_page, facts, reaching
from app.auth.clients import credentials, registration
from app.auth.clients.credentials import uses_secret
from app.auth.flows import disable_client, remove_client
from app.auth.flows.four_eyes import asking
from app.auth.flows.four_eyes.kinds.client_secrets import SecretWaits
from app.auth.flows.rotate_secret import AlreadyRotated
from app.auth.hosted import forms, signed_in
from app.auth.staff.permissions import CLIENTS_MANAGE
from app.auth.tokens import holdings
from app.foundation.intake import Malformed

deeds = guard.door("admin_deeds", CLIENTS_MANAGE, max_age=guard.FRESH_SECONDS)

VERBS = {
    "disable": disable_client.now,
    "enable": registration.enable,
    "verify": registration.verify,
    "delete": remove_client.now,
}
ENDING = ("disable", "delete")
OVERLAPS = {"0": 0, "1h": 3600, "24h": 86_400}  # choice → seconds the secret before stays good
_DEED = "/admin/clients/<client_id:client_id>/<any(disable, enable, verify, delete):deed>"
_ROTATE = "/admin/clients/<client_id:client_id>/rotate-secret"


@deeds.get(_DEED)
def ask(client_id, deed):
    """Say what it would end, and ask."""
    client = reaching.client(client_id)
    if not _applies(deed, client):
        return redirect(_page_of(client_id), 303)
    return forms.page(
        "admin/clients/deed",
        deed=deed,
        ends=deed in ENDING,
        client=client,
        called=facts.name_of(client),
        holdings=holdings.of_client(client_id),
        command=calls.deed(deed, client_id),
        **signed_in.page(),
    )


@deeds.post(_DEED)
def do(client_id, deed):
    """Do it; it may have been done meanwhile, which is as good."""
    reaching.client(client_id)
    VERBS[deed](client_id, by=guard.actor())
    if deed == "delete":
        return redirect(url_for("admin_clients.index", done=deed), 303)
    return redirect(_page_of(client_id, done=deed), 303)


@deeds.get(_ROTATE)
def ask_to_rotate(client_id):
    """Ask how long the secret in use shall stay good."""
    client = reaching.client(client_id)
    if not uses_secret(facts.described(client)["token_endpoint_auth_method"]):
        return redirect(_page_of(client_id), 303)
    in_use = credentials.in_use(client_id)
    return forms.page(
        "admin/clients/rotate",
        client=client,
        called=facts.name_of(client),
        seen=in_use[0].id if in_use else "",
        overlaps=tuple(OVERLAPS),
        command=calls.rotating(client_id, OVERLAPS["1h"]),
        **signed_in.page(),
    )


@deeds.post(_ROTATE)
def rotate(client_id):
    """Give the application a new secret, and show it this once."""
    reaching.client(client_id)
    overlap_seconds = OVERLAPS.get(request.form.get("overlap", ""))
    if overlap_seconds is None:
        raise Malformed(detail="overlap")
    seen = request.form.get("seen", "")
    try:
        done = asking.replace_secret(
            client_id, seen=seen, overlap_seconds=overlap_seconds, by=guard.actor()
        )
    except (AlreadyRotated, SecretWaits) as problem:
        client = reaching.client(client_id)
        return client_page.show(client, problem.status, notice=forms.told(problem), state="error")
    client = registration.get(client_id)
    return client_page.secret_once(client, done.answer, rotated=True, waits=done.act is not None)


def _applies(deed, client):
    return {
        "disable": client.disabled_at is None,
        "enable": client.disabled_at is not None,
        "verify": client.verified_at is None,
        "delete": True,
    }[deed]


def _page_of(client_id, **told):
    return url_for("admin_clients.show", client_id=client_id, **told)
