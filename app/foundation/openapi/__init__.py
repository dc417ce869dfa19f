"""Routes that describe themselves (OpenAPI 3.1), the document of them all, and its page.

To describe a new blueprint, write a table beside its routes, ``OPERATIONS``: the endpoint as Flask
names it (``"wallet.balance"``, or ``("userinfo.tell", "POST")`` where its methods differ) → an
:class:`~app.foundation.openapi.operation.Operation`. Path, methods and path parameters are read
from the route, the summary from the first sentence of the view's docstring; the table says what
they cannot: what comes in, what goes out, and who may ask. Then name the table in the list that
the house's assembly hands to :func:`~app.foundation.openapi.document.Described`.
"""
