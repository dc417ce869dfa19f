"""Taking back for a person what they allowed an app."""

from app.auth.admin import guard
from app.auth.admin.people import deeds, within
from app.auth.flows import withdraw_consent
from app.auth.hosted import asker, forms, signed_in
from app.auth.people import naming
from app.auth.staff.permissions import CONSENTS_WITHDRAW
from app.auth.tokens import holdings
from app.foundation.problems import NotFound

apps = guard.door("admin_person_apps", CONSENTS_WITHDRAW, max_age=guard.FRESH_SECONDS)

_END = f"/admin/users/{within.SUB}/apps/<client_id:client_id>/end"


@apps.get(_END)
def ask(sub, client_id):
    """Ask once."""
    user, app = within.person(sub), asker.of(client_id)
    if app is None or holdings.connection(user.id, client_id) is None:
        raise NotFound
    told = {"user": user, "called": naming.called(user), "app": app.name}
    return forms.page("admin/people/app_end", **told, **signed_in.page())


@apps.post(_END)
def end(sub, client_id):
    """Take it back; all that the app holds by it ends."""
    user = within.person(sub)
    return deeds.done(
        user, "app", lambda: withdraw_consent.now(user.id, client_id, by=guard.actor())
    )
