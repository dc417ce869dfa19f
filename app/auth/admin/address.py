"""A client's id in an address."""

from urllib.parse import quote, unquote

from werkzeug.routing import BaseConverter, ValidationError

OWN = {".", "..", "new", "check"}  # what a browser or another page would take for its own


class ClientId(BaseConverter):
    """One part of an address for any client id, ``a/b`` and ``new`` too: quoted once more."""

    def to_python(self, value):
        client_id = unquote(value)
        if not client_id.isprintable():
            raise ValidationError
        return client_id

    def to_url(self, value):
        inner = f"%{ord(value[0]):02X}{value[1:]}" if value in OWN else quote(value, safe="")
        return quote(inner, safe="")
