"""Scripts of another origin: which of them may ask, and read the answer (Fetch §3.2).

Only where no cookie is read, so that no browser lends anybody anything by asking (ASVS 3.4.2).
"""

from functools import partial

from flask import request

PREFLIGHT_SECONDS = 7200
MAY_SEND = "Authorization, Content-Type"
MAY_READ = "Retry-After, WWW-Authenticate, X-Request-Id"


def for_everybody(blueprint):
    """Let scripts of every origin read what ``blueprint`` answers; return it."""
    blueprint.after_request(_open)
    return blueprint


def for_some(blueprint, origins):
    """Let scripts ask ``blueprint``; what it grants is read at some origins alone; return it.

    origins: a function that returns those (set of texts) of the request at hand, once granted. A
    refusal hides nothing, so everybody may read why.
    """
    blueprint.after_request(partial(_open_to, origins))
    return blueprint


def _open_to(origins, response):
    origin = request.environ.get("HTTP_ORIGIN")
    if origin is None:
        return response
    response.vary.add("Origin")
    if request.method == "OPTIONS" or response.status_code >= 400:
        return _open(response)
    return _open(response, origin) if origin in origins() else response


def _open(response, origin="*"):
    headers = response.headers
    headers["Access-Control-Allow-Origin"] = origin
    headers["Access-Control-Expose-Headers"] = MAY_READ
    if request.method == "OPTIONS":
        headers["Access-Control-Allow-Methods"] = headers.get("Allow", "")
        headers["Access-Control-Allow-Headers"] = MAY_SEND
        headers["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
    return response
