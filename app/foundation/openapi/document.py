"""The document of a house: what its routes say of themselves, put together once a process."""

import hashlib
import inspect
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from app.foundation.openapi.operation import Answer

VERSION = "3.1.1"
ADDED = {"HEAD", "OPTIONS"}  # by Flask, to every route

_VARIABLE = re.compile(r"<(?:[^<>]*:)?(\w+)>")
_WORDS = re.compile(r"[A-Za-z0-9]+")


@dataclass(frozen=True)
class Described:
    """How a house describes itself.

    operations: tables, each endpoint → Operation, or (endpoint, method) → Operation; tags:
    heading → sentence; schemas: name → schema, for ``ref``; common: name → Answer, for answers
    that many have; everywhere: status → name of a common answer that any route may give; with_body:
    those that any route may give that takes a body; security_schemes: app → security schemes.
    """

    title: str
    says: str
    operations: tuple
    tags: dict
    schemas: dict
    common: dict
    everywhere: dict = field(default_factory=dict)
    with_body: dict = field(default_factory=dict)
    security_schemes: Callable = lambda _app: {}


def written(document):
    """Return ``document`` as bytes, and the entity tag of just these bytes (RFC 9110 §8.8.3)."""
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return body, hashlib.sha256(body).hexdigest()[:32]


def of(app, described):
    """Return the OpenAPI document (dict) of those routes of ``app`` that are described.

    A described route that this process does not open is not in it.
    """
    table = {key: said for part in described.operations for key, said in part.items()}
    paths = {}
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        for method in sorted(rule.methods - ADDED):
            operation = find(table, rule.endpoint, method)
            if operation is not None:
                path = _VARIABLE.sub(r"{\1}", rule.rule)
                view = app.view_functions[rule.endpoint]
                told = _told(described, operation, path, method, view)
                paths.setdefault(path, {})[method.lower()] = told
    used = {o["tags"][0] for operations in paths.values() for o in operations.values()}
    return {
        "openapi": VERSION,
        "info": {"title": described.title, "description": described.says, "version": "1"},
        "tags": [
            {"name": name, "description": says}
            for name, says in described.tags.items()
            if name in used
        ],
        "paths": paths,
        "components": {
            "schemas": described.schemas,
            "responses": {name: each.as_json() for name, each in described.common.items()},
            "securitySchemes": described.security_schemes(app),
        },
    }


def find(table, endpoint, method):
    """Return what ``table`` says of ``endpoint`` asked by ``method``, or None."""
    return table.get((endpoint, method)) or table.get(endpoint)


def _told(described, operation, path, method, view):
    summary, _, more = (inspect.getdoc(view) or "").partition("\n\n")
    told = {
        "operationId": _name(method, path),
        "summary": " ".join(summary.split()),
        "tags": [operation.tag],
        "responses": _answers(described, operation),
        "security": [dict(way) for way in operation.security],
    }
    if more:
        told["description"] = " ".join(more.split())
    parameters = [
        said.as_json(name)
        for name, said in operation.parameters.items()
        if said.where != "path" or f"{{{name}}}" in path
    ]
    if parameters:
        told["parameters"] = parameters
    if operation.takes is not None:
        body = operation.takes
        told["requestBody"] = {"required": body.required, "content": body.as_json()}
    return told


def _answers(described, operation):
    said = described.everywhere | (described.with_body if operation.takes else {})
    said = said | operation.answers
    return {
        str(status): each.as_json()
        if isinstance(each, Answer)
        else {"$ref": f"#/components/responses/{each}"}
        for status, each in sorted(said.items())
    }


def _name(method, path):
    """An operation's id: as stable as its address, and unique as it is."""
    words = [word for part in path.split("/") for word in _WORDS.findall(part)]
    return method.lower() + "".join(word[0].upper() + word[1:] for word in words)
