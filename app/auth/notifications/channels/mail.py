"""Mail, by SMTP (RFC 5321), over TLS whose certificate is verified (RFC 8314).

Each message has two parts that say the same, text and HTML, and its id for a ``Message-ID``: sent
again after a crash it is the same message. Headers are written by the standard library, which
refuses a line break in any of them. Letters that are sent one after another share a connection.
"""

import smtplib
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from flask import current_app

from app.auth.notifications.channels.outcome import Undelivered
from app.foundation import fetch

SECONDS = 5  # for each word of the other side
IMPLICIT_TLS = 465  # RFC 8314 §3.3
_OPEN = ContextVar("connections to keep open", default=None)  # a list of one, or of none
POLICY = SMTP.clone(cte_type="7bit")  # no server on the way need know of 8BITMIME


def send(claimed, recipient, written):
    """Hand the letter to the mail server for the mailbox ``recipient``. Raises Undelivered."""
    letter = compose(claimed.id, recipient, written, claimed.created_at)
    try:
        with _server() as server:
            server.sendmail(_sender().addr_spec, [recipient], letter.as_bytes())
    except smtplib.SMTPRecipientsRefused as error:
        code, _ = error.recipients[recipient]
        raise Undelivered("refused" if code >= 500 else "deferred", final=code >= 500) from None
    except smtplib.SMTPDataError as error:
        final = error.smtp_code >= 500
        raise Undelivered("rejected" if final else "deferred", final=final) from None
    except smtplib.SMTPAuthenticationError:
        raise Undelivered("login_refused", away=True) from None
    except smtplib.SMTPSenderRefused:
        raise Undelivered("sender_refused", away=True) from None
    except (OSError, smtplib.SMTPException):
        raise Undelivered("unreachable", away=True) from None


def compose(message_id, recipient, written, created_at):
    """Return the ``EmailMessage`` as it is sent."""
    sender = _sender()
    letter = EmailMessage(policy=POLICY)
    letter["Message-ID"] = f"<{message_id}@{sender.domain}>"
    letter["Date"] = format_datetime(created_at)
    letter["From"] = sender
    letter["To"] = Address(addr_spec=recipient)
    letter["Subject"] = written.subject
    letter["Auto-Submitted"] = "auto-generated"  # RFC 3834 §5: no vacation notice comes back
    letter["X-Auto-Response-Suppress"] = "All"
    letter.set_content(written.text)
    letter.add_alternative(written.html, subtype="html")
    return letter


def knock():
    """See that the mail server takes our connection. Raises OSError, smtplib.SMTPException."""
    with _server() as server:
        server.noop()


def _sender():
    """The address of ``MAIL_FROM``, by the institution's name where it gives none."""
    name, address = parseaddr(current_app.config["MAIL_FROM"])
    return Address(name or current_app.config["BRAND_NAME"], addr_spec=address)


@contextmanager
def one_connection():
    """Let the letters sent in this block go over one connection, closed at its end."""
    kept = []
    token = _OPEN.set(kept)
    try:
        yield
    finally:
        _OPEN.reset(token)
        for server in kept:
            _close(server)


@contextmanager
def _server():
    """Yield a connection that may send: one that is open already, or a new one.

    Raises OSError, smtplib.SMTPException.
    """
    kept = _OPEN.get()
    server = _still_open(kept) or _connected()
    try:
        yield server
    except BaseException:
        _close(server)  # whatever it was, the next letter begins anew
        raise
    if kept is None:
        _close(server)
    else:
        kept.append(server)


def _still_open(kept):
    """Take out the connection that is kept, if the other side still answers on it.

    Asked before a letter and not found out by it: a server that hangs up in the middle of one may
    have taken it.
    """
    server = kept.pop() if kept else None
    if server is None:
        return None
    with suppress(OSError, smtplib.SMTPException):
        if server.noop()[0] == 250:
            return server
    _close(server)
    return None


def _connected():
    settings = current_app.config
    place = settings["MAIL_SERVER"], settings["MAIL_PORT"]
    options = {"local_hostname": _sender().domain, "timeout": SECONDS}
    if settings["MAIL_PORT"] == IMPLICIT_TLS:
        server = smtplib.SMTP_SSL(*place, **options, context=fetch.tls())
    else:
        server = smtplib.SMTP(*place, **options)
    try:
        if settings["MAIL_PORT"] != IMPLICIT_TLS and settings["MAIL_USE_TLS"]:
            server.starttls(context=fetch.tls())
        if settings["MAIL_USERNAME"]:
            server.login(settings["MAIL_USERNAME"], settings["MAIL_PASSWORD"])
    except BaseException:
        _close(server)
        raise
    return server


def _close(server):
    with suppress(OSError, smtplib.SMTPException):  # what was taken stays taken
        server.quit()
    server.close()
