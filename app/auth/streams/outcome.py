"""How sending ended, when it did not go well."""


class NotTaken(Exception):
    """Nobody took it; ``reason`` says why in one word. It is sent again later."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason
