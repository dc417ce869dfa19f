"""A MaxMind-format file of a few networks, written as its specification says, for tests."""

import ipaddress
import struct

MARKER = b"\xab\xcd\xefMaxMind.com"
SEPARATOR = bytes(16)


def write(path, networks):
    """Write ``networks`` (IPv4 network → record, a dict) to ``path``."""
    data, pointers = b"", {}
    for network, record in networks.items():
        pointers[network] = len(data)
        data += _encoded(record)
    nodes = _tree(pointers)
    count = len(nodes)
    tree = b""
    for sides in nodes:
        for side in sides:
            value = _value(side, count)
            tree += struct.pack(">I", value)
    about = {
        "binary_format_major_version": _short(2),
        "binary_format_minor_version": _short(0),
        "build_epoch": bytes([8, 2]) + bytes(8),
        "database_type": "Test-City",
        "description": {},
        "ip_version": _short(4),
        "languages": bytes([0, 4]),
        "node_count": count,
        "record_size": _short(32),
    }
    path.write_bytes(tree + SEPARATOR + data + MARKER + _encoded(about))


def _value(side, count):
    if side is None:
        return count
    kind, number = side
    return number if kind == "node" else count + len(SEPARATOR) + number


def _tree(pointers):
    nodes = [[None, None]]
    for network, offset in pointers.items():
        known = ipaddress.ip_network(network)
        bits = f"{int(known.network_address):032b}"[: known.prefixlen]
        at = 0
        for bit in bits[:-1]:
            if nodes[at][int(bit)] is None:
                nodes.append([None, None])
                nodes[at][int(bit)] = ("node", len(nodes) - 1)
            at = nodes[at][int(bit)][1]
        nodes[at][int(bits[-1])] = ("data", offset)
    return nodes


def _short(number):
    return bytes([5 << 5 | 2]) + struct.pack(">H", number)


def _encoded(value):
    if isinstance(value, bytes):  # encoded already
        return value
    if isinstance(value, dict):
        pairs = b"".join(_encoded(name) + _encoded(each) for name, each in value.items())
        return bytes([7 << 5 | len(value)]) + pairs
    if isinstance(value, float):
        return bytes([3 << 5 | 8]) + struct.pack(">d", value)
    if isinstance(value, int):
        return bytes([6 << 5 | 4]) + struct.pack(">I", value)
    written = value.encode()
    if len(written) < 29:
        return bytes([2 << 5 | len(written)]) + written
    return bytes([2 << 5 | 29, len(written) - 29]) + written
