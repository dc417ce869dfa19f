"""How a try at delivering can fail."""


class Undelivered(Exception):
    """The message was not taken. ``reason`` is one fixed word, for the log and the operator.

    final: no other try would fare better. away: it is not this message: none can be sent now.
    wait: seconds that the other side asked for before the next try.
    """

    def __init__(self, reason, *, final=False, away=False, wait=0):
        super().__init__(reason)
        self.reason, self.final, self.away, self.wait = reason, final, away, wait
