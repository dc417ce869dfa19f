"""To syslog: a message a record (RFC 5424), by UDP (RFC 5426), TCP (RFC 6587 §3.4.1) or a socket.

By TCP it was taken when the other side, told that no more comes, ends the connection too. UDP tells
nothing of what is lost on the way; and a local socket only that somebody listens.
"""

import json
import re
import socket
from urllib.parse import urlsplit

from flask import current_app

from app.auth.streams.outcome import NotTaken

PRIORITY = 13 * 8 + 6  # log audit, informational (RFC 5424 §6.2.1)
NAME = "portaria"
NIL = "-"
_MESSAGE_ID = re.compile(r"[!-~]{1,32}")  # §6.2.7
LAST = 2**31 - 1  # of a sequenceId (§7.3.1)
SECONDS = 5


def send_records(part):
    """Send a part of the record: its lines. Raises NotTaken."""
    place = urlsplit(current_app.config["AUDIT_SYSLOG"])
    ways = {"udp": _by_udp, "tcp": _by_tcp, "unix": _by_socket}
    try:
        ways[place.scheme](place, [_message(line) for line in part.said])
    except TimeoutError:
        raise NotTaken("too_slow") from None
    except OSError:
        raise NotTaken("unreachable") from None


def _message(line):
    host = urlsplit(current_app.config["ISSUER"]).hostname
    event = line["event"] if _MESSAGE_ID.fullmatch(line["event"] or "") else NIL
    number = line["sealed"]["number"] % LAST + 1
    head = f"<{PRIORITY}>1 {line['at'] or NIL} {host} {NAME} {NIL} {event}"
    body = json.dumps(line, sort_keys=True, separators=(",", ":"))  # ASCII: no line end, no BOM
    return f'{head} [meta sequenceId="{number}"] {body}'.encode()


def _by_udp(place, messages):
    where = socket.getaddrinfo(place.hostname, place.port, type=socket.SOCK_DGRAM)[0]
    with socket.socket(where[0], socket.SOCK_DGRAM) as there:
        _send_each(there, where[4], messages)


def _by_socket(place, messages):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as there:
        _send_each(there, place.path, messages)


def _send_each(there, address, messages):
    there.settimeout(SECONDS)
    there.connect(address)  # so that we hear when nobody listens
    for message in messages:
        there.send(message)


def _by_tcp(place, messages):
    with socket.create_connection((place.hostname, place.port), SECONDS) as there:
        there.sendall(b"".join(b"%d %s" % (len(each), each) for each in messages))
        there.shutdown(socket.SHUT_WR)
        while there.recv(1024):
            pass
