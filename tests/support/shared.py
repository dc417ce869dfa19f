"""One server on each kind of database, shared by the tests of a folder."""

import contextlib

from tests.support import factories, houses, parts
from tests.support.services import Missing


@contextlib.contextmanager
def servers(databases, furnish=factories.keys):
    """Yield ``opened(kind)``: the shared authorization server, opened at the first question.

    furnish: gives each what it needs. All close at the end.
    """
    opened, urls = {}, []

    def open_on(kind):
        if kind not in opened:
            try:
                urls.append(databases.new("auth", kind))
            except Missing as why:
                parts.missing(kind, why)
            opened[kind] = houses.create("auth", urls[-1])
            furnish(opened[kind])
        return opened[kind]

    yield open_on
    for server in opened.values():
        houses.close(server)
    for url in urls:
        databases.drop(url)
