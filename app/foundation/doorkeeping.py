"""Default deny: a house opens no route of which it is not said who may come in by it."""


class Undeclared(Exception):
    """Routes stand open to nobody knows whom: the house does not start."""


def check(app, entrance):
    """See that of every route of ``app`` it is said who may come in by it.

    entrance: what tells that of an ``(app, endpoint)``, or None. Raises Undeclared: naming each
    route of which it is not said.
    """
    routes = app.url_map.iter_rules()
    open_to_whom = {rule.rule for rule in routes if entrance(app, rule.endpoint) is None}
    if open_to_whom:
        raise Undeclared(f"nobody says who may come in by: {', '.join(sorted(open_to_whom))}")


def blueprint_of(endpoint):
    """Return the name of the blueprint that an endpoint belongs to; empty: the house's own."""
    return endpoint.rpartition(".")[0]
