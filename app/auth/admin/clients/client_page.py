"""The page of one application: what it is, how it stands, what may be done with it."""

from app.auth.admin.clients import calls, facts
from app.auth.clients.credentials import uses_secret
from app.auth.hosted import asker, forms, signed_in
from app.auth.tokens import holdings


def show(client, status=200, **told):
    """Return the page of ``client``. told: ``outcome`` of the last deed, or a ``notice``."""
    described, who = facts.described(client), asker.of(client.id)
    return forms.page(
        "admin/clients/client",
        status,
        client=client,
        called=facts.name_of(client),
        logo=who and who.logo,
        kind=facts.kind(client),
        badges=list(facts.badges(client)),
        about=list(facts.about(client)),
        sections=facts.registered(described),
        permissions=facts.permissions(described["scope"].split()),
        method=described["token_endpoint_auth_method"],
        has_secret=uses_secret(described["token_endpoint_auth_method"]),
        secrets=list(facts.secrets(client.id)),
        has_keys="jwks_uri" in described or "jwks" in described,
        keys=facts.keys(client),
        holdings=holdings.of_client(client.id),
        snippet=calls.trying(client.id, described),
        command=calls.deed("show", client.id),
        **told,
        **signed_in.page(),
    )


def secret_once(client, secret, *, rotated=False, waits=False):
    """Return the page that shows ``secret``, this once (C-10).

    waits: it is good once somebody else approves.

    It answers the form itself: a redirect would need the secret kept somewhere, or in an address.
    Loading it again sends the same form again, which makes no second client and no second secret.
    """
    described = facts.described(client)
    return forms.page(
        "admin/clients/secret",
        client=client,
        called=facts.name_of(client),
        secret=secret,
        rotated=rotated,
        waits=waits,
        method=described["token_endpoint_auth_method"],
        snippet=calls.trying(client.id, described),
        **signed_in.page(),
    )
