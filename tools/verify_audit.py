#!/usr/bin/env python3
"""Verify an export of the record: offline, without who wrote it.

It needs this file, Python 3.11 and the package ``cryptography``. Each record is hashed again, each
link and each root computed again, up to the heads that the server signed. Exit 0: whole; 1: it is
damaged, and the first bad record is named; 2: this is no export, or not of this manifest.
A leaf is SHA-256 of 0x00 and the record's canonical JSON (RFC 8785), of its columns in the file and
its stamp's two; a tree as in RFC 9162 §2.1.
"""

import argparse
import base64
import hashlib
import json
import sqlite3
import sys
from collections import defaultdict
from functools import reduce
from heapq import merge
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

COLUMNS = ("seq", "at", "event", "actor", "subject", "request_id", "data")
HEAD = "tree-head+jwt"


class Damaged(Exception):
    """The record is not whole: kind, the record's seq, its place, why."""


def sha256(*parts):
    """Return the SHA-256 of these bytes, one after the other."""
    return hashlib.sha256(b"".join(parts)).digest()


def unb64(text):
    """Return the bytes of base64url ``text``."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def canonical(value):
    """Return the record ``value`` in its one form as JSON (RFC 8785): its names are all ASCII."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def opened(signed, typ, keys):
    """Return the claims of the JWS ``signed``. Raises ValueError: no such key signed it."""
    head, body, signature = signed.split(".")
    header, raw = json.loads(unb64(head)), unb64(signature)
    jwk = keys.get(header["kid"])
    if (header["alg"], header["typ"]) != ("ES256", typ) or jwk is None or len(raw) != 64:
        raise ValueError("it is not signed by a key that is known here")
    x, y = (int.from_bytes(unb64(jwk[name])) for name in ("x", "y"))
    key = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    halves = (int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    try:
        key.verify(encode_dss_signature(*halves), f"{head}.{body}".encode(), ec.ECDSA(SHA256()))
    except InvalidSignature:
        raise ValueError("its signature does not hold") from None
    return json.loads(unb64(body))


class Tree:
    """A Merkle tree that grows leaf by leaf; what it keeps are the roots it is made of."""

    def __init__(self):
        self.size, self._peaks = 0, []

    def grow(self, leaf):
        """Add a leaf hash."""
        level = 0
        while self.size >> level & 1:
            leaf, level = sha256(b"\x01", self._peaks.pop(), leaf), level + 1
        self._peaks.append(leaf)
        self.size += 1

    def root(self):
        """Return the root of it all."""
        return reduce(lambda top, left: sha256(b"\x01", left, top), reversed(self._peaks))


class Export:
    """The records and their manifest, read line by line as often as needed."""

    def __init__(self, path, manifest, trusted):
        self._path, self._manifest, self.trusted = path, manifest, trusted is not None
        records, _ = digest_of(path)
        beside, last = digest_of(manifest, but_last=True)
        told = json.loads(last)
        if told.get("type") != "manifest":
            raise ValueError("the manifest's last line is none: it was cut off")
        self.keys = {key["kid"]: key for key in told["keys"]}
        signers = {key["kid"]: key for key in trusted} if self.trusted else self.keys
        self.claims = opened(told["manifest"], "audit-export+jwt", signers)
        if unb64(self.claims["keys"]) != sha256(canonical(told["keys"])):
            raise ValueError("the manifest is signed for other keys")
        signed = unb64(self.claims["records"]), unb64(self.claims["beside"])
        self.is_as_signed = signed == (records, beside)

    def beside(self, kind):
        """Return the lines of a ``kind`` in the manifest, one by one."""
        return (told for told in lines(self._manifest) if told["type"] == kind)

    def links(self):
        """Yield each link with its record, or None where that is gone."""
        lost = ((each["link"], None) for each in self.beside("lost"))
        return merge(self._sealed(), lost, key=lambda each: each[0]["number"])

    def _sealed(self):
        for told in lines(self._path):
            if told["sealed"]:
                link = told["sealed"] | {"seq": told["seq"], "leaf": told["digest"]}
                yield link, {name: told[name] for name in COLUMNS} | told["sealed"]["stamp"]


def lines(path):
    """Yield what each line of a file says."""
    with Path(path).open("rb") as file:
        yield from map(json.loads, file)


def digest_of(path, *, but_last=False):
    """Return the SHA-256 of a file, or of all but its last line; and that line."""
    digest, last = hashlib.sha256(), b""
    with Path(path).open("rb") as file:
        for line in file:
            digest.update(last)
            last = line
    digest.update(b"" if but_last else last)
    return digest.digest(), last


def heads(export, anchors):
    """Yield size, root and name of each signed root. Raises Damaged."""
    for number, told in enumerate(export.beside("head"), 1):
        try:
            claims = opened(told["head"], HEAD, export.keys)
            yield claims["size"], unb64(claims["root"]), f"head {number}"
        except (ValueError, KeyError) as why:
            raise Damaged("edited", None, told["size"], f"head {number}: {why}") from None
    if export.claims["size"]:
        yield export.claims["size"], unb64(export.claims["root"]), "the manifest"
    for number, line in enumerate(Path(anchors).read_text().splitlines() if anchors else (), 1):
        told = json.loads(line) if line[:1] == "{" else {"head": line, "key": None}
        own = {told["key"]["kid"]: told["key"]} if told["key"] and not export.trusted else None
        claims = opened(told["head"], HEAD, own or export.keys)
        yield claims["size"], unb64(claims["root"]), f"anchor {number}"


def check(export, anchors):
    """Go through the whole record; return how many links hold. Raises Damaged."""
    roots = defaultdict(list)
    for size, root, name in heads(export, anchors):
        roots[size].append((root, name))
    seen = sqlite3.connect("")  # a file that goes with us: it holds any number of nonces
    seen.execute("CREATE TABLE nonces (nonce PRIMARY KEY) WITHOUT ROWID")
    tree, last, sure = Tree(), bytes(32), 0
    for link, record in export.links():
        check_link(export, link, record, last, tree.size)
        check_stamp(link, record, seen)
        tree.grow(bytes.fromhex(link["leaf"]))
        last = bytes.fromhex(link["hash"])
        for root, name in roots.get(tree.size, ()):
            if root != tree.root():
                kind = by_count(export) or ("truncated" if "anchor" in name else "edited")
                why = f"from here to record {link['seq']} something is not as {name} was signed"
                raise Damaged(kind, first_after(export, sure), sure, why)
            sure = tree.size
    if (end := max([*roots, export.claims["size"] or 0], default=0)) > tree.size:
        raise Damaged("truncated", None, tree.size, f"{end} records were signed: the rest is gone")
    if by_count(export):
        raise Damaged(by_count(export), first_after(export, sure), sure, "a link too many")
    if tree.size and export.claims["size"] is None:
        raise Damaged("edited", None, tree.size, "the server does not vouch for the chain's end")
    for line in export.beside("damage"):
        raise Damaged(line["kind"], line["seq"], None, line["why"])
    if not export.is_as_signed:
        raise Damaged("edited", None, None, "the file is not as it was signed")
    return tree.size


def check_link(export, link, record, last, number):
    """Hold one link to its record and to the one before. Raises Damaged."""
    seq = link["seq"]
    if link["number"] != number:
        raise Damaged("removed", None, number, f"the link before record {seq} is gone")
    if record is None:
        later = any(other for each, other in export.links() if each["number"] > number)
        raise Damaged("removed" if later else "truncated", seq, number, "the record is gone")
    if sha256(b"\x00", canonical(record)).hex() != link["leaf"]:
        nonce = record["nonce"] if record["nonce"] != link["nonce"] else None
        known = nonce and any(each["nonce"] == nonce for each, _ in export.links())
        raise Damaged("reordered" if known else "edited", seq, number, "it is not what was linked")
    if sha256(b"\x02", last, bytes.fromhex(link["leaf"])).hex() != link["hash"]:
        kind = by_count(export) or "reordered"
        raise Damaged(kind, None if kind == "removed" else seq, number, "the chain breaks here")


def check_stamp(link, record, seen):
    """Hold a record's own stamp to those ``seen`` before, and to its link. Raises Damaged."""
    stamp, new = (record["nonce"], record["mac"]), False
    if None not in stamp:
        new = seen.execute("INSERT OR IGNORE INTO nonces VALUES (?)", stamp[:1]).rowcount
    if seen.total_changes and not new:
        raise Damaged("inserted", link["seq"], link["number"], "it has no stamp of its own")
    if record["nonce"] != link["nonce"]:
        raise Damaged("edited", link["seq"], link["number"], "its link names another nonce")


def by_count(export):
    """Say what the number of links tells: "removed", "inserted" or nothing."""
    size, found = export.claims["size"], sum(1 for _ in export.links())
    return None if size in (None, found) else "removed" if found < size else "inserted"


def first_after(export, number):
    """Return the seq of the record that is linked at ``number``."""
    return next((each["seq"] for at, (each, _) in enumerate(export.links()) if at == number), None)


def main(arguments=None):
    """Tell what is wrong with an export, or that nothing is; return 0, 1 or 2."""
    parser = argparse.ArgumentParser("verify-audit", description=__doc__.partition("\n")[0])
    parser.add_argument("file", help="the records")
    parser.add_argument("--manifest", help="its manifest; else FILE.manifest")
    parser.add_argument("--anchors", help="signed heads that were kept elsewhere")
    parser.add_argument("--keys", help="the server's key set, a file that you trust")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    asked, status = parser.parse_args(arguments), 0
    try:
        trusted = json.loads(Path(asked.keys).read_text())["keys"] if asked.keys else None
        export = Export(asked.file, asked.manifest or f"{asked.file}.manifest", trusted)
        linked = check(export, asked.anchors)
        told = {"whole": True, "linked": linked, "keys_trusted": bool(trusted)}
    except Damaged as found:
        names = ("damage", "record", "at", "why")
        told, status = {"whole": False} | dict(zip(names, found.args, strict=True)), 1
    except (ValueError, OSError, KeyError, TypeError, AttributeError, sqlite3.Error) as odd:
        told, status = {"whole": False, "damage": "unreadable", "why": str(odd)}, 2
    text = "  ".join(f"{name}: {value}" for name, value in told.items() if value is not None)
    print(json.dumps(told) if asked.json else ascii(text)[1:-1])
    return status


if __name__ == "__main__":
    sys.exit(main())
