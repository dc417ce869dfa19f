"""Make the test vectors of evidence again: ``python -m vectors.make``.

Keys are fixed and signatures deterministic, so what is made is what is committed. ``index.json``
says of each file how a verifier must end (0 good, 1 spoiled, 2 no evidence) and at which check.
"""

import base64
import json
from copy import deepcopy
from pathlib import Path

from vectors import signing
from vectors.evidence import BILL, DEED, made, stated, written

HERE = Path(__file__).parent
GOOD = {
    "passkey-es256": made(),
    "passkey-eddsa": made(passkey="passkey_eddsa"),
    "passkey-rs256": made(passkey="passkey_rs256", deed=BILL),
    "passkey-on-localhost": made(origin="http://localhost:3000", rp_id="localhost"),
    "sms": made(method="sms"),
    "push": made(method="push", deed={"type": "atm_withdrawal", "description": None}),
    "refused": made(decision="refused", method=None),
}
FIRST = GOOD["passkey-es256"]


def changed(path, value, document=FIRST):
    """Return ``document`` with another value at ``path``, such as ``passkey.origin``."""
    document = deepcopy(document)
    *way, last = path.split(".")
    whole = document
    for name in way:
        whole = whole[int(name) if name.isdigit() else name]
    whole[last] = value(whole[last]) if callable(value) else value
    return document


def bit(at):
    """Return what turns over one bit of what base64url says, ``at`` bytes from its start or end."""

    def turn(text):
        raw = bytearray(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        raw[at] ^= 1
        return signing.b64(bytes(raw))

    return turn


def in_jws(which, turn):
    """Return what changes one of the three parts of a JWS by ``turn``."""

    def change(jws):
        parts = jws.split(".")
        parts[which] = turn(parts[which])
        return ".".join(parts)

    return change


def forged(*steps):
    """Return what a forger makes of ``FIRST`` for R$ 9.250,00 who takes these steps and no more."""
    false = made(deed={"amount": 925_000}, bank="forger", deed_header={"kid": "bank-1"})
    document = changed("canonical_deed", false["canonical_deed"])
    if "digest" in steps:
        document["digest"] = false["digest"]
    if "bank" in steps:
        document |= {"deed": false["deed"], "bank_keys": false["bank_keys"]}
    if "client data" in steps:
        document["passkey"]["client_data"] = false["passkey"]["client_data"]
    if "passkey" in steps:
        by = made(deed={"amount": 925_000}, passkey="forger")
        document["passkey"] = by["passkey"]
    if "statement" in steps:
        document = stated(document, {"issuer": "forger", "statement_header": {"kid": "issuer-1"}})
    return document


def letters_of_deed():
    """Yield ``(name, document, check that fails)``: one thing was changed after all was signed."""
    yield "amount", changed("canonical_deed", lambda t: t.replace("125000", "125001")), "digest"
    yield "payee", changed("canonical_deed", lambda t: t.replace("2f1c9f5e", "2f1c9f5f")), "digest"
    yield "currency", changed("canonical_deed", lambda t: t.replace("BRL", "USD")), "digest"
    yield "spaced", changed("canonical_deed", lambda t: t.replace(",", ", ")), "form"
    yield "unordered", changed("canonical_deed", json.dumps(DEED)), "form"
    yield "digest", changed("digest", bit(0)), "digest"
    yield "bank-signature", changed("deed", in_jws(2, bit(5))), "bank"
    yield (
        "bank-key",
        changed("bank_keys", {"keys": [signing.public("issuer", kid="bank-1")]}),
        "bank",
    )
    yield "bank-keys-none", changed("bank_keys", {"keys": []}), "bank"
    yield "another-deed", changed("deed", made(deed={"jti": "dee_another"})["deed"]), "bank"
    yield "person", changed("sub", "11111111-5c1e-4d0a-8f61-0f3c2d9e7a10"), "parties"
    yield "app", changed("client_id", "cli_another"), "parties"


def letters_of_answer():
    """Yield the same, of what the person and the server said."""
    another = signing.public("forger")
    yield "no-proof", changed("passkey", None), "answer"
    yield "two-proofs", changed("code", GOOD["sms"]["code"]), "answer"
    yield "refused-to-approved", changed("decision", "approved", GOOD["refused"]), "answer"
    yield "client-data", changed("passkey.client_data", bit(-1)), None
    yield "origin-of-file", changed("passkey.origin", "https://id.bank.exemple"), "client data"
    yield "flags", changed("passkey.authenticator_data", bit(-5)), "authenticator"
    yield "counter", changed("passkey.authenticator_data", bit(-1)), "signature"
    yield "signature", changed("passkey.signature", bit(-1)), "signature"
    yield "passkey-key", changed("passkey.public_key", another), "signature"
    yield "passkey-algorithm", changed("passkey.public_key.alg", "RS256"), "signature"
    yield "statement-swapped", changed("statement", GOOD["passkey-rs256"]["statement"]), "statement"
    yield "statement-signature", changed("statement", in_jws(2, bit(9))), "statement"
    yield (
        "issuer-key",
        changed("issuer_keys", {"keys": [another | {"kid": "issuer-1"}]}),
        "statement",
    )
    yield "id", changed("id", "apr_another"), "statement"
    yield "decided-a-minute-later", changed("decided_at", "2026-11-22T00:04:20Z"), "statement"
    yield "credential", changed("passkey.credential_id", bit(0)), "file"
    yield "record", changed("record.at", "2026-11-22T00:03:21Z"), "file"
    yield "destination", changed("code.destination", "***-4322", GOOD["sms"]), "file"
    yield "channel", changed("code.channel", "push", GOOD["sms"]), "code"


def makers():
    """Yield the same of what was signed, but should not have been: by forgers, or by mistake."""
    yield "forged-1-digest", forged("digest"), "bank"
    yield "forged-2-bank", forged("digest", "bank"), "client data"
    yield "forged-3-client-data", forged("digest", "bank", "client data"), "signature"
    yield "forged-4-passkey", forged("digest", "bank", "passkey"), "statement"
    yield "late", made(decided_at="2026-11-22T00:10:01Z"), "time"
    yield "early", made(decided_at="2026-11-21T23:58:59Z"), "time"
    yield "deed-of-another-type", made(deed_header={"typ": "at+jwt"}), "bank"
    yield "deed-unsigned", made(deed_header={"alg": "none"}), "bank"
    yield "deed-critical", made(deed_header={"crit": ["b64"], "b64": True}), "bank"
    yield "statement-of-another-type", made(statement_header={"typ": "at+jwt"}), "statement"
    yield "statement-of-another-server", made(stated={"iss": "https://id.exemple"}), "statement"
    yield "statement-not-of-the-whole", made(stated={"document": None}), "file"
    yield "client-data-of-a-new-passkey", made(client={"type": "webauthn.create"}), "client data"
    yield "client-data-inside-another-page", made(client={"crossOrigin": True}), "client data"
    yield "client-data-without-challenge", made(client={"challenge": ""}), "client data"
    yield "origin-in-the-clear", made(origin="http://id.bank.example"), "client data"
    yield "origin-of-another", made(origin="https://id.bank.exemple"), "authenticator"
    yield "origin-that-ends-alike", made(origin="https://notbank.example"), "authenticator"
    yield "place-of-another", made(hashed_rp_id="bank.exemple"), "authenticator"
    yield "nobody-present", made(flags=0x04), "authenticator"
    yield "nobody-verified", made(flags=0x01), "authenticator"
    yield "code-by-mail", made(method="email"), "answer"


def broken():
    """Yield ``(name, text)`` of what is no evidence at all."""
    text = written(FIRST)
    yield "empty", ""
    yield "half", text[: len(text) // 2]
    yield "list", "[]\n"
    yield "name-twice", text.replace("{", '{\n  "digest": "",', 1)
    yield "member-missing", written({n: v for n, v in FIRST.items() if n != "deed"})
    yield "member-of-another-kind", written(changed("digest", 1))
    yield "deed-of-two-parts", written(changed("deed", lambda jws: jws.rpartition(".")[0]))
    yield "base64-padded", written(changed("passkey.signature", lambda text: text + "=="))
    yield "base64-spelled-otherwise", written(changed("passkey.client_data", lambda t: t + "\n"))
    yield "half-a-pair", text.replace("Pixel", "").replace("apr_2", r"\ud83d", 1)
    yield "number-too-long", text.replace('"version": 1', '"version": ' + "9" * 5000)
    yield "float", text.replace('"version": 1', '"version": 1.0')
    yield "deep", "[" * 100_000 + "\n"
    yield "no-time", written(changed("decided_at", "yesterday"))
    yield "no-point", written(changed("passkey.public_key.y", bit(0)))
    yield "no-key", written(changed("passkey.public_key", {"kty": "oct", "alg": "ES256"}))
    yield "weak-key", written(made(passkey="passkey_weak"))


def asked():
    """Yield ``(file, arguments, check that fails)`` of what an auditor asks of a file."""
    good, whole = "good/passkey-es256.json", "spoiled/forged-5-whole.json"
    ours = ["--bank-keys", "bank-keys.json", "--issuer-keys", "issuer-keys.json"]
    order = ["--amount", "125000", "--currency", "BRL", "--payee", DEED["payee"]["id"]]
    yield good, order + ours, None
    yield good, ["--amount", "125001"], "amount"
    yield good, ["--currency", "USD"], "currency"
    yield good, ["--payee", "somebody"], "payee"
    yield good, ["--bank-keys", "issuer-keys.json"], "bank key"
    yield good, ["--issuer-keys", "bank-keys.json"], "server key"
    yield whole, [], None  # it agrees with itself: only keys from elsewhere tell
    yield whole, ours, "bank key"


def all_files():
    """Return every file (a dict of path and text), the index included."""
    found = [*letters_of_deed(), *letters_of_answer(), *makers()]
    files = {f"good/{name}.json": written(document) for name, document in GOOD.items()}
    index = [{"file": path, "exit": 0} for path in files]
    for name, document, fails in found:
        path = f"spoiled/{name}.json"
        files[path] = written(document)
        index.append(
            {"file": path, "exit": 1, "fails": fails} if fails else {"file": path, "exit": 2}
        )
    whole = forged("digest", "bank", "passkey", "statement")
    files["spoiled/forged-5-whole.json"] = written(whole)
    for name, text in broken():
        files[f"broken/{name}.json"] = text
        index.append({"file": f"broken/{name}.json", "exit": 2})
    for path, arguments, fails in asked():
        row = {"file": path, "arguments": arguments, "exit": 1 if fails else 0}
        index.append(row | ({"fails": fails} if fails else {}))
    for owner in ("bank", "issuer"):
        files[f"{owner}-keys.json"] = written({"keys": [signing.public(owner)]})
    return files | {"index.json": json.dumps(index, indent=1) + "\n"}


def main():
    """Write them all."""
    for path, text in all_files().items():
        (HERE / path).parent.mkdir(exist_ok=True)
        (HERE / path).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
