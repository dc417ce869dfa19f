// Verify the evidence of an answer to a deed of money in Node 18 or later, with nothing installed.
//   node verify-evidence.mjs FILE [--amount MINOR] [--currency C] [--payee ID]
//                            [--bank-keys JWKS] [--issuer-keys JWKS]
// Prints each check, up to the first that fails. Exit 0: all hold; 1: one does not; 2: no evidence.
// As a library: import { checks, parse } from "./verify-evidence.mjs".
import { createHash, createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { argv, exit } from "node:process";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

export class Failed extends Error {}

const AHEAD = 60; // seconds that the bank's clock may be before the server's
const PROOFS = {
  "approved passkey": "passkey", "approved sms": "code", "approved push": "code",
  "refused null": "",
};
const KINDS = { // of key: what signs by it, its curve, its members
  EC: ["ES256", "P-256", "x", "y"],
  OKP: ["EdDSA", "Ed25519", "x"],
  RSA: ["RS256", undefined, "n", "e"],
};
const STRING = /"(?:[^"\\]|\\.)*"/g;

const sha256 = (data) => createHash("sha256").update(data).digest();
const digestOf = (text) => sha256(text).toString("base64url");

function ensure(holds, why) {
  if (!holds) throw new Failed(why);
}

function text(value) {
  if (typeof value !== "string") throw new Error("a text is missing or of another kind");
  return value;
}

function bytes(value) {
  const raw = Buffer.from(text(value), "base64url");
  if (raw.toString("base64url") !== value) throw new Error("this is not base64url");
  return raw;
}

// RFC 8785: JSON.stringify writes strings and whole numbers so, and sort() goes by UTF-16.
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical)}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`)}}`;
}

function members(value) {
  if (value === null || typeof value !== "object") return 0;
  const own = Array.isArray(value) ? 0 : Object.keys(value).length;
  return Object.values(value).reduce((sum, one) => sum + members(one), own);
}

// JSON as strict as the deed's: UTF-8, no name twice, whole numbers alone, no half of a pair.
export function strict(raw) {
  const written = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(raw);
  const value = JSON.parse(written);
  const bare = written.replace(STRING, '"');
  if ((bare.match(/"\s*:/g) ?? []).length !== members(value))
    throw new Error("a name stands twice in one object");
  for (const number of bare.match(/[-\d][\d.eE+-]*/g) ?? [])
    if (!/^-?\d+$/.test(number) || !Number.isSafeInteger(Number(number)))
      throw new Error("a number that not every reader of JSON reads alike");
  const form = canonical(value);
  if (/\\ud[89a-f]/.test(form)) throw new Error("half of a surrogate pair");
  return value;
}

// The JSON object that `raw` (bytes) is.
export function parse(raw) {
  const value = strict(raw);
  if (value === null || typeof value !== "object" || Array.isArray(value))
    throw new Error("this is no JSON object");
  return value;
}

function publicKey(jwk) {
  const [, crv, ...needed] = KINDS[jwk.kty] ?? [];
  needed.forEach((name) => bytes(jwk[name]));
  const key = needed.length && jwk.crv === crv && createPublicKey({ key: jwk, format: "jwk" });
  const bits = key && (key.asymmetricKeyDetails.modulusLength ?? 2048);
  if (!(bits >= 2048 && bits <= 8192)) throw new Error("a public key is of no kind that signs");
  return key;
}

function checkSignature(alg, jwk, data, signature, options = {}) {
  const key = publicKey(jwk);
  const fits = KINDS[jwk.kty][0] === alg && (jwk.alg ?? alg) === alg;
  ensure(fits && (jwk.use ?? "sig") === "sig", "the key is not for such signatures");
  const hash = alg === "EdDSA" ? null : "sha256";
  ensure(verify(hash, data, { key, ...options }, signature), "the signature does not hold");
}

function opened(jws, keys, typ) {
  const parts = text(jws).split(".");
  if (parts.length !== 3) throw new Error("this is no JWS");
  const [header, claims] = [parse(bytes(parts[0])), parse(bytes(parts[1]))];
  const right = header.typ === typ && header.alg === "ES256" && !("crit" in header);
  ensure(right && bytes(parts[2]).length === 64, `it is no ${typ} by ES256`);
  const named = keys.keys.filter((key) => key?.kid === text(header.kid));
  ensure(named.length === 1, "the key that it names is not in the file");
  const data = Buffer.from(`${parts[0]}.${parts[1]}`);
  checkSignature("ES256", named[0], data, bytes(parts[2]), { dsaEncoding: "ieee-p1363" });
  return [claims, named[0]];
}

function thumbprint(jwk) { // RFC 7638
  const needed = ["crv", "e", "kty", "n", "x", "y"].filter((name) => name in jwk);
  return digestOf(canonical(Object.fromEntries(needed.map((name) => [name, jwk[name]]))));
}

function* known(whose, key, theirs) {
  const found = theirs ? "in the key set given" : "NOT compared, no key set given";
  yield [`${whose} key`, `${thumbprint(key)}, ${found}`];
  ensure(!theirs || theirs.keys.map(thumbprint).includes(thumbprint(key)), "it is not there");
}

function* checksOfPasskey(digest, proof) {
  const [raw, data] = [bytes(proof.client_data), bytes(proof.authenticator_data)];
  const [client, origin] = [parse(raw), new URL(text(proof.origin))];
  yield ["client data", "a browser at the origin asked a passkey for this digest"];
  ensure(client.type === "webauthn.get", "it asked for something else");
  ensure(client.challenge === digest, "it asked for another digest");
  ensure(client.origin === proof.origin, "it was at another origin");
  ensure(!(client.crossOrigin ?? false), "it was inside a page of others");
  const secure = origin.protocol === "https:" || origin.hostname === "localhost";
  ensure(secure, "the origin is not secure");
  yield ["authenticator", "the passkey belongs there; the person was present and verified"];
  ensure(`.${origin.hostname}`.endsWith(`.${text(proof.rp_id)}`), "it belongs to another place");
  ensure(data.subarray(0, 32).equals(sha256(proof.rp_id)), "it was used at another place");
  ensure(data.length >= 37 && data[32] & 1, "nobody was present");
  ensure(data[32] & 4, "the person was not verified");
  yield ["signature", "the passkey signed all of that"];
  const key = proof.public_key;
  checkSignature(text(key.alg), key, Buffer.concat([data, sha256(raw)]), bytes(proof.signature));
}

function* checksOfAnswer(file, deed, asked) {
  const proofs = ["passkey", "code"].filter((name) => (file[name] ?? null) !== null).join();
  yield ["answer", `${text(file.decision)}, with the proof that belongs to it`];
  const way = `${file.decision} ${file.method ?? null}`;
  ensure(PROOFS[way] === proofs, "it has another, or is no answer");
  if (proofs === "passkey") yield* checksOfPasskey(file.digest, file.passkey);
  if (proofs === "code") {
    yield ["code", "NO KEY of the person's is in this: that they typed it, the server states"];
    ensure(file.code.channel === file.method, "it was sent another way");
  }
  yield ["statement", "the server that asked the person signed this answer to this digest"];
  const [said, key] = opened(file.statement, file.issuer_keys, "evidence+jwt");
  const stated = ["id", "digest", "decision", "method", "decided_at"];
  ensure(stated.every((name) => name in said && said[name] === file[name]), "it signed another");
  ensure(said.iss === deed.aud, "the deed was meant for another server");
  yield ["file", "and it signed the file as a whole, but for its own keys"];
  const { statement, issuer_keys, ...rest } = file;
  ensure(said.document === digestOf(canonical(rest)), "it signed another");
  yield* known("server", key, asked.issuerKeys);
}

// Yield each check, [name, what it says], before it is made; throw Failed at the first that fails.
// asked: { amount, currency, payee } that the deed must have, { bankKeys, issuerKeys } you trust.
export function* checks(file, asked = {}) {
  const deed = parse(Buffer.from(text(file.canonical_deed)));
  yield ["form", "the deed is written in its canonical form (RFC 8785)"];
  ensure(canonical(deed) === file.canonical_deed && file.version === 1, "it is in another");
  yield ["digest", "the digest is the SHA-256 of that text"];
  ensure(digestOf(file.canonical_deed) === text(file.digest), "it is of another text");
  yield ["bank", "the bank signed this deed, to the letter"];
  const [signed, key] = opened(file.deed, file.bank_keys, "deed+jwt");
  ensure(canonical(signed) === file.canonical_deed, "it signed another");
  yield* known("bank", key, asked.bankKeys);
  yield ["parties", "the deed names this person and this app"];
  ensure(text(file.sub) === deed.sub && text(file.client_id) === deed.client_id, "it does not");
  yield ["time", "it was answered while it waited"];
  const at = Date.parse(text(file.decided_at)) / 1000;
  if (!Number.isInteger(at)) throw new Error("decided_at is no time");
  ensure(deed.iat - AHEAD <= at && at <= deed.exp, "it was not");
  yield* checksOfAnswer(file, deed, asked);
  const order = { amount: deed.amount, currency: deed.currency, payee: deed.payee.id };
  for (const [name, value] of Object.entries(order)) {
    yield [name, String(value)];
    ensure((asked[name] ?? value) === value, "it is not what was asked about");
  }
}

function main() {
  const names = ["amount", "currency", "payee", "bank-keys", "issuer-keys"];
  const options = Object.fromEntries(names.map((name) => [name, { type: "string" }]));
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const keys = (path) => path && parse(readFileSync(path));
  let [last, status, why] = [["reading", "it is evidence"], 0, ""];
  const tell = () => {
    const line = `${why ? "FAILED" : "ok    "}  ${last.join(": ")}${why}`;
    console.log(line.replace(/[^ -~]/g, "?")); // nothing that a file says moves the cursor
  };
  try {
    const asked = { ...values, amount: values.amount && Number(values.amount) };
    asked.bankKeys = keys(values["bank-keys"]);
    asked.issuerKeys = keys(values["issuer-keys"]);
    for (const check of checks(parse(readFileSync(positionals[0])), asked)) {
      tell();
      last = check;
    }
  } catch (error) {
    status = error instanceof Failed ? 1 : 2;
    if (status === 2) last = ["reading", "it is evidence"];
    why = `. No: ${error.message}`;
  }
  tell();
  exit(status);
}

if (import.meta.url === pathToFileURL(argv[1] ?? "").href) main();
