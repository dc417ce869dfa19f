"""How a try at delivering can fail."""


class Undelivered(Exception):
    """The message was not taken. ``reason`` is one fixed word, for the log and the operator.

    final: no other try would fare better. away: it is not this message: none can be sent now.
    """

    def __init__(self, reason, *, final=False, away=False):
        super().__init__(reason)
        self.reason, self.final, self.away = reason, final, away
