"""A mail server of the tests' own: real SMTP on loopback, which keeps what it takes.

with PostOffice(tmp_path) as office:
    server = create_house("auth", **office.settings)
    ...
    assert office.mails[0].to == ["ana@example.com"]
"""

import logging
import socket
import ssl
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any, NamedTuple

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from tests.support.authority import Authority

logging.getLogger("mail.log").setLevel(logging.ERROR)
SENDER = "nao-responda@portaria.example"


class Mail(NamedTuple):
    """One message that was taken: its envelope, and what it says."""

    sender: str
    to: list
    message: Any  # EmailMessage
    raw: bytes
    connection: Any  # what it came over

    @property
    def text(self):
        """Its part in plain text."""
        return self.message.get_body(("plain",)).get_content()

    @property
    def html(self):
        """Its part in HTML."""
        return self.message.get_body(("html",)).get_content()


class PostOffice:
    """A server at ``localhost``. It speaks TLS once asked to, under an authority of its own.

    login: the name and password it insists on. refusals: address → what it answers instead of
    taking a mail for it. at_data: called with each mail before it is answered; what it returns is
    the answer, unless that is None.
    """

    def __init__(self, folder, login=None):
        self.mails, self.refusals, self.at_data = [], {}, None
        authority = Authority()
        self.ca_file, own = Path(folder, "smtp-ca.pem"), Path(folder, "smtp.pem")
        self.ca_file.write_bytes(authority.pem)
        own.write_bytes(authority.issue(("localhost",)))
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(own)
        self._login = login
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port = found.getsockname()[1]
        self._controller = None

    @property
    def settings(self):
        """The settings with which a house sends its mail here."""
        name, password = self._login or ("", "")
        return {
            "MAIL_SERVER": "localhost",
            "MAIL_PORT": self.port,
            "MAIL_FROM": SENDER,
            "MAIL_USERNAME": name,
            "MAIL_PASSWORD": password,
            "OUTBOUND_CA_FILE": str(self.ca_file),
        }

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_error):
        self.stop()

    def start(self):
        """Open, at the same address each time."""
        self._controller = Controller(
            self,
            "127.0.0.1",
            self.port,
            tls_context=self._context,
            authenticator=self._is_right,
            auth_required=bool(self._login),
        )
        self._controller.start()

    def stop(self):
        """Close: who comes now finds nobody."""
        if self._controller:
            self._controller.stop()
        self._controller = None

    def _is_right(self, _server, _session, _envelope, _mechanism, given):
        right = [part.encode() for part in self._login or ()]
        return AuthResult(success=[given.login, given.password] == right, handled=False)

    async def handle_RCPT(self, _server, _session, envelope, address, options):  # noqa: N802 (the library's)
        """Answer whether a mail may go to ``address``."""
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, _server, session, envelope):  # noqa: N802 (the library's)
        """Take a mail."""
        assert session.ssl, "a mail came in clear"
        message = message_from_bytes(envelope.content, policy=policy.default)
        mail = Mail(envelope.mail_from, envelope.rcpt_tos, message, envelope.content, session.peer)
        answer = self.at_data(mail) if self.at_data else None
        if answer is None:
            self.mails.append(mail)
        return answer or "250 taken"
