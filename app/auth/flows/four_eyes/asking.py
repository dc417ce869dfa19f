"""The verbs that four eyes may guard, as every door calls them: each done at once, or asked for."""

import json

from app.auth.audit import events
from app.auth.clients import credentials, registration
from app.auth.consents import scopes as catalogue
from app.auth.flows import register_client, rotate_secret
from app.auth.flows.four_eyes import acts, policy
from app.auth.flows.four_eyes.acts import Outcome
from app.auth.institutions import members
from app.auth.staff import own_roles
from app.foundation import ids
from app.foundation.problems import Problem


class SecretCannotWait(Problem):
    """A secret is never kept for somebody to approve."""

    code = "secret_cannot_wait"
    status = 422
    description = "Leave the secret out: it is drawn once the app is approved (rotate-secret)."


def give_role(user, role, *, code=None, by=events.OPERATOR):
    """As grants.give; a role of everywhere reaches every institution, and so does its wish."""
    wanted = policy.wanted([code]) if code else policy.wanted_anywhere()
    change = {"role": role, "institution": code}
    return acts.do("role_grant", user.sub, change, by=by, wanted=wanted, institution=code)


def change_role(name, permissions, *, description="", by=events.OPERATOR, seen=None):
    """As own_roles.change: what takes from the role alone needs nobody else."""
    before = own_roles.held(name).permissions
    if seen is not None and frozenset(seen) != before:
        raise own_roles.RoleChanged
    more = not frozenset(permissions) <= before
    given, about = own_roles.checked(permissions, description)
    change = {"permissions": sorted(given), "description": about or ""}
    wanted = more and policy.wanted_anywhere()
    return acts.do("role_change", name, change, by=by, wanted=wanted)


def reset_factor(user, factor=None, *, by=events.OPERATOR):
    """As flows.people.reset_factor.begin; the wish of any institution of the person's holds."""
    codes = members.codes(user.id)
    place = next(iter(policy.asking(codes)), codes[0] if codes else None)
    change, wanted = {"factor": factor}, policy.wanted(codes)
    return acts.do("factor_reset", user.sub, change, by=by, wanted=wanted, institution=place)


def release(user, code, *, by=events.OPERATOR):
    """As releasing.release: whoever left is no longer under what the institution asks for."""
    change, wanted = {"institution": code}, policy.wanted([code])
    return acts.do("member_release", user.sub, change, by=by, wanted=wanted, institution=code)


def register_client_for(given, *, scopes, client_id=None, client_secret=None, by=events.OPERATOR):
    """As register_client.register; see :class:`SecretCannotWait`."""
    codes = _institutions(given)
    if _moves_money(given) and policy.wanted(codes):
        if client_secret:
            raise SecretCannotWait
        change = {"given": given, "scopes": sorted(scopes), "new": True}
        return Outcome(None, _ask(client_id or ids.new("cli"), change, codes, by))
    answer = register_client.register(
        given, scopes=scopes, client_id=client_id, client_secret=client_secret, by=by
    )
    return Outcome(answer, None)


def change_client(client_id, given, *, scopes, by=events.OPERATOR, seen=None):
    """As register_client.change, of an app that may move money before it or after."""
    client = registration.get(client_id)
    codes = [client.institution, *_institutions(given)]
    money = _moves_money(given) or _moves_money(json.loads(client.described))
    if money and policy.wanted(codes):
        if seen is not None and client.updated_at != seen:
            raise registration.ChangedMeanwhile
        change = {"given": given, "scopes": sorted(scopes), "new": False}
        act = _ask(client_id, change, codes, by)
        if act:
            return Outcome(None, act)
    answer = register_client.change(client_id, given, scopes=scopes, by=by, seen=seen)
    return Outcome(answer, None)


def replace_secret(client_id, *, seen=None, overlap_seconds=0, by=events.OPERATOR):
    """As rotate_secret.now. The answer is the new secret: good at once, or once it is approved.

    seen: None: whichever is in use.
    """
    client = registration.get(client_id)
    secret, digest = credentials.draw_secret()
    change = {"digest": digest.hex(), "overlap_seconds": overlap_seconds}
    change["seen"] = rotate_secret.newest(client_id) if seen is None else seen
    wanted = _moves_money(json.loads(client.described)) and policy.wanted([client.institution])
    told = {"by": by, "wanted": wanted, "institution": client.institution}
    return Outcome(secret, acts.do("client_secret", client_id, change, **told).act)


def retire_key(kid, *, by=events.OPERATOR):
    """As desk.retire."""
    return acts.do("key_retirement", kid, {}, by=by, wanted=policy.of_house())


def switch(code, *, on, by=events.OPERATOR):
    """As policy.set_for: one is enough to want a second pair of eyes, not to do without."""
    if on:
        return Outcome(policy.set_for(code, on=True, by=by), None)
    wanted = policy.wanted([code])
    return acts.do("four_eyes_off", code, {}, by=by, wanted=wanted, institution=code)


def _ask(client_id, change, codes, by):
    """Whose matter it is: the institution that wants a second pair of eyes, else the app's own."""
    place = next(iter(policy.asking(codes)), codes[-1] if codes else None)
    return acts.propose("client_payment_scopes", client_id, change, by=by, institution=place)


def _institutions(given):
    named = given.get("institution") if isinstance(given, dict) else None
    return [named] if isinstance(named, str) else []


def _moves_money(given):
    asked = given.get("scope") if isinstance(given, dict) else None
    return isinstance(asked, str) and catalogue.moves_money(asked.split())
