"""Two documents into one, for two houses under one roof."""

PARTS = ("schemas", "responses", "securitySchemes")


class Differ(ValueError):
    """Both documents have something of one name, and not the same."""


def merge(first, second, *, bearer, sign_in):
    """Return one document (dict) of both; the title is the first's.

    bearer, sign_in: two security schemes of the first. Whatever of the second is open to the one is
    open to the other as well, since both lead to the same tokens.

    A path that both describe is the first's to answer. Raises Differ: when a schema, answer or
    security scheme of one name is not the same in both.
    """
    paths = second["paths"]
    for operations in paths.values():
        for operation in operations.values():
            ways = operation["security"]
            ways[:0] = [{sign_in: way[bearer]} for way in ways if bearer in way]
    known = {tag["name"] for tag in first["tags"]}
    return first | {
        "tags": first["tags"] + [tag for tag in second["tags"] if tag["name"] not in known],
        "paths": dict(sorted((paths | first["paths"]).items())),
        "components": {
            part: _both(first["components"][part], second["components"][part]) for part in PARTS
        },
    }


def _both(one, other):
    for name in one.keys() & other.keys():
        if one[name] != other[name]:
            raise Differ(name)
    return other | one
