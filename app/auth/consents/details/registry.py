"""The table of types of detail, and what can be asked of any of them (RFC 9396 §2, §5, §6)."""

import json
from datetime import UTC, datetime
from typing import NamedTuple

from flask import current_app

from app.auth.consents.details import (
    account_information,
    atm_withdrawal,
    bill_payment,
    phone_topup,
    wallet_transfer,
)
from app.auth.deeds import pending
from app.foundation import intake

TABLE = {
    each.KIND.name: each.KIND
    for each in (wallet_transfer, bill_payment, phone_topup, atm_withdrawal, account_information)
}
LONGEST = 16_384  # characters
MOST = 10  # entries


class NotUnderstood(Exception):
    """A detail is malformed, unknown or none of the bank's; its text says why, for the log."""


class Asked(NamedTuple):
    """What was asked for. entries: as tokens carry them, without the deed; deed: the bank's."""

    entries: list
    deed: pending.Deed | None


def judged(text, client_id, scope):
    """Return what ``text`` (a parameter) is :class:`Asked` for by a client.

    scope: the names it asks for beside it; a type whose own is not among them is refused. Raises
    NotUnderstood; Unavailable: when the bank's keys cannot be had.
    """
    entries = read(text)
    kinds = [TABLE[entry["type"]] for entry in entries]
    if any(kind.scope and kind.scope not in scope for kind in kinds):
        raise NotUnderstood("the scope of a type is not asked for")
    if not any(kind.money for kind in kinds):
        return Asked(entries, None)
    if len(entries) > 1:
        raise NotUnderstood("a deed stands alone")
    deed = _deed(entries[0], client_id)
    return Asked([_as_told(deed)], deed)


def read(text):
    """Return the entries (dicts) that ``text`` holds, each of a type we know. Raises NotUnderstood.

    Those that move money are not looked into.
    """
    if len(text) > LONGEST:
        raise NotUnderstood("too long")
    try:
        body = intake.json_object(f'{{"all":{text}}}'.encode())
        entries = intake.fitted(body, {"all": list})["all"]
    except intake.Malformed:
        raise NotUnderstood("no JSON array") from None
    if not 0 < len(entries) <= MOST or not all(map(_is_known, entries)):
        raise NotUnderstood("no entries, too many, or one of no known type")
    return entries


def narrowed(granted, text):
    """Return what of the ``granted`` details (JSON text, or None) a token is for (§6.1).

    text: what a token request asks for, or None: all of them. As JSON text. Raises NotUnderstood:
    for more than was granted.
    """
    if text is None:
        return granted
    held, left = entries_of(granted), []
    for asked in read(text):
        kind = TABLE[asked["type"]]
        found = next((e for e in held if e["type"] == kind.name and kind.covers(e, asked)), None)
        if found is None:
            raise NotUnderstood("more than was granted")
        left.append(found if kind.money else asked)
    return written(left)


def lasting(granted):
    """Return those of ``granted`` (JSON text, or None) that outlive one token: no money's."""
    return granted and written([e for e in entries_of(granted) if not TABLE[e["type"]].money])


def served(granted, audience):
    """Return those of ``granted`` (JSON text, or None) that a token for ``audience`` may carry."""
    if granted is None or audience == current_app.config["BANK_AUDIENCE"]:
        return granted
    return written([e for e in entries_of(granted) if audience in e["locations"]])


def entries_of(text):
    """Return the entries (dicts) that :func:`written` wrote."""
    return json.loads(text) if text else []


def written(entries):
    """Return ``entries`` as text, or None when there are none."""
    return json.dumps(entries, ensure_ascii=False) if entries else None


def approved(text, digest, method):
    """Return the details ``text`` of a deed, saying by what and over which digest it was approved.

    digest: base64url, without padding.
    """
    told = {"digest": digest, "approved_by": method}
    return written([entry | told for entry in entries_of(text)])


def places(kind):
    """Return the addresses that an entry of ``kind`` may name."""
    return [f"{current_app.config['BANK_AUDIENCE']}/{room}" for room in kind.rooms]


def _is_known(entry):
    kind = TABLE.get(entry.get("type")) if _has_a_type(entry) else None
    if kind is None:
        return False
    return kind.money or account_information.is_well_formed(entry, places(kind))


def _has_a_type(entry):
    return isinstance(entry, dict) and isinstance(entry.get("type"), str)


def _deed(entry, client_id):
    """The deed of a money entry, of which every member says what the bank said."""
    jws = entry.get("deed")
    if not isinstance(jws, str):
        raise NotUnderstood("money without the bank's word")
    try:
        deed = pending.judged(jws, client_id)
    except pending.NotTheBanks as why:
        raise NotUnderstood(str(why)) from why
    said = _as_told(deed) | {"deed": jws}
    if json.dumps(said, sort_keys=True) != json.dumps(entry, sort_keys=True):
        raise NotUnderstood("a member differs from the bank's word")
    return deed


def _as_told(deed):
    """The entry of ``deed``, as the bank asked the app to push it, without the deed itself."""
    claims = deed.claims
    kind = TABLE.get(claims["type"])
    if kind is None or not kind.money:
        raise NotUnderstood("a deed of no known type")
    until = datetime.fromtimestamp(claims["exp"], UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    entry = {
        "type": kind.name,
        "locations": places(kind),
        "transaction_id": deed.id,
        "amount": claims["amount"],
        "currency": claims["currency"],
        "payee": claims["payee"],
        "source": claims["source"]["id"],
        "expires_at": until,
    }
    return entry | {n: claims[n] for n in ("description", "due_date") if n in claims}
