"""The JSON Schema of each type of detail, for whoever builds a request of one (RFC 9396 §11.3)."""

from flask import Blueprint, Response, abort, current_app, json

from app.auth.consents.details import registry
from app.foundation import cross_origin

details = cross_origin.for_everybody(Blueprint("details", __name__))

DRAFT = "https://json-schema.org/draft/2020-12/schema"


@details.get("/oauth/authorization-details/<name>.json")
def show(name):
    """Answer with the schema of the type ``name``."""
    kind = registry.TABLE.get(name)
    if kind is None:
        abort(404)
    address = f"{current_app.config['ISSUER']}/oauth/authorization-details/{name}.json"
    schema = {"$schema": DRAFT, "$id": address} | kind.schema
    answer = Response(json.dumps(schema), mimetype="application/schema+json")
    seconds = current_app.config["JWKS_MAX_AGE_SECONDS"]
    answer.headers["Cache-Control"] = f"public, max-age={seconds}"
    return answer
