// Verify an access token of Portaria in Node 18 or later, with nothing installed.
//   node verify.mjs ISSUER AUDIENCE SCOPE TOKEN
// As a library: import { verify } from "./verify.mjs".
import { constants, createPublicKey, verify as check } from "node:crypto";
import { argv } from "node:process";
import { pathToFileURL } from "node:url";

const LEEWAY = 10; // seconds our clock may be behind or ahead
const HOW = { // what may sign; "none" and HS256 are not here, and never will be (RFC 8725 §3.1)
  ES256: ["sha256", { dsaEncoding: "ieee-p1363" }],
  RS256: ["sha256", {}],
  PS256: ["sha256", { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }],
  EdDSA: [null, {}],
};
const keys = new Map(); // issuer -> { at, byKid }

async function json(address) {
  const answer = await fetch(address, { redirect: "error", signal: AbortSignal.timeout(5000) });
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
  return answer.json();
}

async function key(issuer, kid) {
  const known = keys.get(issuer);
  const age = known ? Date.now() - known.at : Infinity;
  if (known?.byKid[kid] && age < 300_000) return known.byKid[kid]; // a key may be withdrawn
  if (age < 60_000) throw new Error("unknown key"); // once a minute
  const metadata = await json(`${issuer}/.well-known/oauth-authorization-server`);
  if (metadata.issuer !== issuer) throw new Error("metadata of another issuer"); // RFC 8414 §3.3
  const { keys: set } = await json(metadata.jwks_uri);
  const byKid = Object.fromEntries(set.map((each) => [each.kid, each]));
  keys.set(issuer, { at: Date.now(), byKid });
  if (!byKid[kid]) throw new Error("unknown key");
  return byKid[kid];
}

// Return the claims of a token that opens `audience` and carries `scope` (RFC 9068 §4), or throw.
export async function verify(token, { issuer, audience, scope }) {
  const parts = token.split(".");
  if (parts.length !== 3) throw new Error("not a JWT");
  const [header, claims] = parts.slice(0, 2).map((p) => JSON.parse(Buffer.from(p, "base64url")));
  if (!["at+jwt", "application/at+jwt"].includes(String(header.typ).toLowerCase()))
    throw new Error("not an access token"); // an ID token must never pass for one
  const jwk = await key(issuer, header.kid);
  if (!Object.hasOwn(HOW, header.alg) || jwk.alg !== header.alg) throw new Error("wrong algorithm");
  const [hash, options] = HOW[header.alg];
  const signed = Buffer.from(`${parts[0]}.${parts[1]}`);
  const by = { key: createPublicKey({ key: jwk, format: "jwk" }), ...options };
  if (!check(hash, signed, by, Buffer.from(parts[2], "base64url"))) throw new Error("bad signature");
  if (claims.iss !== issuer) throw new Error("another issuer");
  if (![claims.aud].flat().includes(audience)) throw new Error("for another API");
  if (!(claims.exp + LEEWAY > Date.now() / 1000)) throw new Error("expired");
  if (!String(claims.scope).split(" ").includes(scope)) throw new Error("insufficient scope");
  return claims;
}

if (import.meta.url === pathToFileURL(argv[1] ?? "").href) {
  const [issuer, audience, scope, token] = argv.slice(2);
  console.log(JSON.stringify(await verify(token, { issuer, audience, scope }), null, 2));
}
