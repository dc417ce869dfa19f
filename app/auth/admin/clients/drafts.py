"""A description as it is being written: what it would register, and what is wrong with it."""

from dataclasses import dataclass
from functools import cached_property

from app.auth.admin.clients import fields, sentences
from app.auth.clients import keys, metadata
from app.auth.consents import scopes


@dataclass(frozen=True)
class Draft:
    """values: what the form holds; before: the client as it is registered (dict), or None.

    codes: of the institutions of which it may be one's, or None: any, or none.
    """

    values: dict
    before: dict | None = None
    codes: frozenset | None = None

    @cached_property
    def read(self):
        """The :class:`fields.Read` of it."""
        return fields.read(self.values, self.before)

    @property
    def given(self):
        """The metadata it would register (RFC 7591 §2)."""
        return self.read.given

    @property
    def scopes(self):
        """Those it may have: the apps', and what the operator gave this service or machine."""
        own = (self.before or {}).get("scope", "").split()
        return scopes.CATALOGUE | {n: s for n, s in scopes.OPERATORS.items() if n in own}

    @cached_property
    def refusals(self):
        """Every reason not to: the form's own, and those of every door (C-09)."""
        found = [*self.read.wrong, *metadata.refusals(self.given, self.scopes)]
        if self.codes is not None and self.given.get("institution") not in self.codes:
            found.append(_of_another())
        if not any(refusal.member == "jwks" for refusal in found) and "jwks" in self.given:
            found += _of_keys(self.given["jwks"])
        return found

    def errors(self, *more):
        """Return the sentences for its refusals and ``more``, by field."""
        return sentences.beside([*self.refusals, *more], self.read.lines)


def _of_another():
    """Another's institution is refused as one that is not there."""
    told = "institution names none that is known here."
    return metadata.InvalidMetadata(told, member="institution", rule="choice")


def _of_keys(jwks):
    try:
        keys.check(jwks)
    except metadata.InvalidMetadata as refusal:
        yield refusal
