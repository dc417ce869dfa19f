"""What a kind of act must tell to be asked for by one and approved by another."""


class Kind:
    """One kind of act that four eyes guard.

    subject: the public identifier of what it is about; change: what it would do (JSON), without a
    secret. Each kind is stateless.
    """

    name = ""
    permission = ""  # what asking for it needs

    def check(self, subject, change, by):
        """Raise now what the verb would raise, so that nobody approves what cannot be."""

    def places(self, subject, change):
        """Return the codes of the institutions whose matter it is; none: the house's alone."""
        return ()

    def concerns(self, subject, sub):
        """Would that person (``sub``) gain by it, or lose?"""
        return sub == subject

    def before(self, subject, change):
        """Return what the act is based on (dict, JSON), held as it is until this is done."""
        raise NotImplementedError

    def after(self, subject, change):
        """Return what would be instead, whole: a member that is not in it is taken away."""
        raise NotImplementedError

    def prepare(self, subject, change):
        """Return what must be fetched or computed before anything is written."""

    def verb(self, subject, change, prepared, by):
        """Do it; return its answer."""
        raise NotImplementedError
