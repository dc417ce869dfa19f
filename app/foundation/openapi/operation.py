"""What a route says of itself: what comes in, what goes out, and who may ask. Plain data."""

from dataclasses import dataclass, field, replace
from typing import Any

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
HTML = "text/html"
TEXT = {"type": "string"}


def ref(name):
    """Return the schema that the house's table of schemas has under ``name``."""
    return {"$ref": f"#/components/schemas/{name}"}


def members(required=(), more=True, **properties):
    """Return the schema of an object.

    required: names that are always there; more: may there be members of other names?
    """
    made = {"type": "object", "properties": properties}
    if required:
        made["required"] = list(required)
    return made if more else made | {"additionalProperties": False}


def text(says, **limits):
    """Return the schema of a text: what it ``says``, and JSON Schema's words for its limits."""
    return {"type": "string", "description": says} | limits


@dataclass(frozen=True)
class Header:
    """A header of an answer. always: never missing."""

    says: str
    always: bool = True


@dataclass(frozen=True)
class Body:
    """What comes in or goes out, of one media type.

    schema: JSON Schema (2020-12); examples: name → value; only: whether a request without it is
    refused.
    """

    schema: dict
    examples: dict = field(default_factory=dict)
    media: str = JSON
    required: bool = True

    def as_json(self):
        """Return it as a media type object (OpenAPI 3.1 §4.8.14)."""
        shown = {name: {"value": value} for name, value in self.examples.items()}
        told = {"schema": self.schema} | ({"examples": shown} if shown else {})
        return {self.media: told}


@dataclass(frozen=True)
class Answer:
    """One answer: what it means, what is in it, in which headers.

    bodies: one for each media type it may come in; none: it is empty.
    """

    says: str
    bodies: tuple = ()
    headers: dict = field(default_factory=dict)

    def as_json(self):
        """Return it as a response object (OpenAPI 3.1 §4.8.17)."""
        told: dict[str, Any] = {"description": self.says}
        if self.headers:
            told["headers"] = {
                name: {"description": header.says, "schema": TEXT, "required": header.always}
                for name, header in self.headers.items()
            }
        if self.bodies:
            told["content"] = {}
            for body in self.bodies:
                told["content"] |= body.as_json()
        return told


def answer(says, schema, headers=None, **examples):
    """Return an :class:`Answer` of JSON. examples: name → value."""
    return Answer(says, (Body(schema, examples),), headers or {})


@dataclass(frozen=True)
class Parameter:
    """A parameter: in the ``query``, a ``header``, or, by its name in the rule, the ``path``."""

    says: str
    schema: dict = field(default_factory=lambda: TEXT)
    where: str = "query"
    required: bool = False
    example: Any = None

    def as_json(self, name):
        """Return it as a parameter object (OpenAPI 3.1 §4.8.12)."""
        told = {"name": name, "in": self.where, "description": self.says, "schema": self.schema}
        told["required"] = self.required or self.where == "path"
        return told if self.example is None else told | {"example": self.example}


@dataclass(frozen=True)
class Operation:
    """One route and method.

    tag: under which heading; answers: status → :class:`Answer`, or the name of one of the house's
    common ones; takes: a :class:`Body` or None; parameters: name → :class:`Parameter`; security:
    the ways in, any one of them enough, each security scheme → scopes; none: open to everybody.
    """

    tag: str
    answers: dict
    takes: Body | None = None
    parameters: dict = field(default_factory=dict)
    security: tuple = ()

    def but(self, **changes):
        """Return the same with some members changed."""
        return replace(self, **changes)
