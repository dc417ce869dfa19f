"""The base of every refusal we raise."""

from types import MappingProxyType


class Problem(Exception):
    """A refusal: nothing of the request is kept (`raise to undo`).

    code: a short name for programs; status: the HTTP status; description: a fixed sentence for
    whoever asked, never quoting input; detail: for the log alone. key, values: the message a page
    shows to people (default: that of the status); retry_after: seconds, for a Retry-After header.
    """

    code = "problem"
    status = 400
    key = None
    values = MappingProxyType({})
    retry_after = None
    description = "The request could not be carried out."

    def __init__(self, description=None, *, detail=None):
        super().__init__(description or self.description)
        self.description = description or self.description
        self.detail = detail


class NotFound(Problem):
    """There is no such thing, or not for who asks."""

    code = "not_found"
    status = 404
    description = "There is nothing here."


class Unavailable(Problem):
    """Something we stand on is away or too busy: come back in a moment."""

    code = "temporarily_unavailable"
    status = 503
    retry_after = 1
    description = "The service is busy. Try again in a moment."
