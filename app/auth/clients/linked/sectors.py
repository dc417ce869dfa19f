"""The sector document: which addresses know people by one pairwise name (OIDC Registration §5)."""

import json

from app.auth.clients import metadata
from app.foundation import fetch

MOST_BYTES = 64 * 1024
MEMBER = "sector_identifier_uri"


def check(description):
    """See that the document at ``sector_identifier_uri``, if any, lists every redirect URI.

    Raises InvalidMetadata: when it cannot be had, is no JSON list, or leaves one out. Asks the
    address; nothing may have been written before.
    """
    address = description.get(MEMBER)
    if address is None:
        return
    try:
        fetched = fetch.get(address, most=MOST_BYTES, accept=("application/json",))
        listed = json.loads(fetched.body)
    except fetch.Failed as failed:
        raise _wrong("cannot be fetched", "unreachable", failed.reason) from failed
    except (ValueError, RecursionError) as error:
        raise _wrong("does not lead to JSON", "kind") from error
    if not isinstance(listed, list):
        raise _wrong("does not lead to a JSON list", "kind")
    if not all(uri in listed for uri in description["redirect_uris"]):
        raise _wrong("does not list every redirect URI", "sector")


def _wrong(sentence, rule, detail=None):
    wrong = metadata.InvalidMetadata(f"{MEMBER} {sentence}.", member=MEMBER, rule=rule)
    wrong.detail = detail
    return wrong
