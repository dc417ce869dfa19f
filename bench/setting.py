"""What the operations know of the server: where it is, and who they are there."""

from dataclasses import asdict, dataclass, field

REDIRECT_URI = "http://localhost:9/callback"  # nobody listens there: the redirect is only read
PERSON = {"email": "ana@portaria.example", "password": "corrida-alta-42-bonde", "name": "Ana Lima"}
SAMPLE = 50  # one token in so many is kept, and verified once the row is over


@dataclass
class Setting:
    """The server's addresses, and the clients, person and session registered for the run."""

    address: str
    port: int
    issuer: str
    paths: dict = field(default_factory=dict)  # endpoint name of the metadata -> path
    clients: dict = field(default_factory=dict)  # name in this run -> (client_id, client_secret)
    redirect_uri: str = ""
    cookies: dict = field(default_factory=dict)  # the person's browser
    subject: str = ""
    access_token: str = ""  # of that person, for introspection and userinfo
    purses: list = field(default_factory=list)  # (sub, access token) of people with money

    cash: dict = field(default_factory=dict)  # codes of vouchers, terminals, a token of theirs

    @property
    def host(self):
        """The Host field of each request."""
        return f"localhost:{self.port}"

    def as_json(self):
        """Return what makes an equal setting elsewhere."""
        return asdict(self)


class Mine:
    """What one connection holds between its operations."""

    def __init__(self, setting, number):
        self.setting = setting
        self.number = number
        self.ready = {}  # requests that stay the same
        self.refresh_token = None
        self.kept = []  # tokens to verify: (kind, value)
        self._seen = 0

    def keep(self, **tokens):
        """Note the tokens of an answer; one answer in fifty is kept to be verified."""
        if self._seen % SAMPLE == 0:
            self.kept += tokens.items()
        self._seen += 1
