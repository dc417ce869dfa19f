"""An OpenID Connect client in one file: copy it into your app and change what you like.

It needs ``httpx`` and ``PyJWT[crypto]`` and nothing else of this repository. It signs a person in
with an authorization code, PKCE, ``state`` and ``nonce``; believes an answer only after checking
it; and keeps nothing about people: what must be remembered is handed to the caller.
"""

import base64
import hashlib
import secrets
import time
from dataclasses import dataclass, field
from urllib.parse import quote_plus, urlencode

import httpx
import jwt

# What may sign an ID token. Never "none", never a shared secret (RFC 8725 §3.1).
HASHES = {"RS256": "sha256", "PS256": "sha256", "ES256": "sha256", "EdDSA": "sha512"}
LEEWAY_SECONDS = 10  # our clock and the server's may differ by so much
KEYS_AGAIN_SECONDS = 60  # an unknown key id makes us fetch the keys again, so often at most


class Refused(Exception):
    """An answer that must not be believed; the text says why."""


class Declined(Exception):
    """The server said no, in its own words (RFC 6749 §4.1.2.1, §5.2)."""

    def __init__(self, error, description=""):
        super().__init__(error)
        self.error, self.description = error, description


@dataclass(frozen=True)
class Pending:
    """One sign-in under way. Keep it in the person's own session: it ties the answer to them."""

    url: str  # where to send the browser
    state: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(frozen=True)
class Tokens:
    """What the token endpoint gave, after checking."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False, default="")
    id_token: str = field(repr=False, default="")
    scope: str = ""
    expires_in: int = 0
    claims: dict = field(default_factory=dict)  # of the ID token, verified
    authorization_details: list = field(default_factory=list)  # what was approved (RFC 9396 §7)


class RelyingParty:
    """One client registered at one issuer. Safe to share between threads."""

    def __init__(self, issuer, client_id, client_secret, redirect_uri, http=None):
        """Fetch nothing yet.

        client_secret: empty for a public client, which then names itself in the body.
        http: an ``httpx.Client`` with time-outs, proxies and transport of your own.
        """
        self.issuer, self.client_id, self.redirect_uri = issuer, client_id, redirect_uri
        self._secret = client_secret
        self._http = http or httpx.Client(timeout=10)
        self._metadata, self._keys, self._keys_at = None, {}, float("-inf")

    @property
    def metadata(self):
        """The server's description of itself, fetched once; it must be ours (RFC 8414 §3.3)."""
        if self._metadata is None:
            answer = self._http.get(self.issuer + "/.well-known/openid-configuration")
            found = answer.raise_for_status().json()
            if found.get("issuer") != self.issuer:
                raise Refused("the metadata is another issuer's")
            self._metadata = found
        return self._metadata

    def begin(self, scope, *, pushed=False, **more):
        """Return a :class:`Pending`; send the browser to its ``url``.

        pushed: tell the server by ourselves, so that nothing changes on the way (RFC 9126).
        more: further parameters, such as ``login_hint``, ``ui_locales``, ``authorization_details``.
        Raises Declined: when what was pushed is not accepted.
        """
        state, nonce = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        verifier = secrets.token_urlsafe(48)
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": scope,
            "state": state,  # comes back: the answer belongs to this browser
            "nonce": nonce,  # comes back inside the ID token: it was made for this sign-in
            "code_challenge": _base64(hashlib.sha256(verifier.encode()).digest()),
            "code_challenge_method": "S256",  # RFC 7636 §4.2
            **more,
        }
        if pushed:
            kept = _content(self._post("pushed_authorization_request_endpoint", **asked))
            asked = {"client_id": self.client_id, "request_uri": kept["request_uri"]}
        url = self.metadata["authorization_endpoint"] + "?" + urlencode(asked)
        return Pending(url, state, nonce, verifier)

    def finish(self, pending, answer):
        """Exchange the code of ``answer`` (the query of the redirect) and return the tokens.

        Raises Refused: when state, issuer or ID token is not what it must be.
        Raises Declined: when the person or the server said no.
        """
        if not _same(answer.get("state", ""), pending.state):
            raise Refused("state is not the one we sent")
        # RFC 9207 §2.4: an answer from another server must never reach this one's token endpoint.
        if answer.get("iss") != self.issuer:
            raise Refused("iss is not the issuer we asked")
        if "error" in answer:
            raise Declined(answer["error"], answer.get("error_description", ""))
        given = self._tokens(
            grant_type="authorization_code",
            code=answer.get("code", ""),
            redirect_uri=self.redirect_uri,
            code_verifier=pending.verifier,
        )
        claims = self.verify(given.get("id_token", ""), pending.nonce, given["access_token"])
        return _as_tokens(given, claims)

    def verify(self, id_token, nonce=None, access_token=None):
        """Return the claims of an ID token that is ours to believe (OIDC Core §3.1.3.7).

        nonce: the one sent; None at a refresh, where none comes back.
        access_token: the one it came with, compared with ``at_hash`` where that is present.
        Raises Refused: when anything does not hold.
        """
        try:
            header = jwt.get_unverified_header(id_token)
            claims = jwt.decode(
                id_token,
                self._key(header),
                algorithms=[header["alg"]] if header.get("alg") in HASHES else [],
                audience=self.client_id,
                issuer=self.issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": ["iss", "sub", "aud", "exp", "iat"]},
            )
        except jwt.PyJWTError as error:
            raise Refused(f"ID token: {error}") from error
        if claims.get("azp", self.client_id) != self.client_id:
            raise Refused("ID token: made for another client")
        if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and "azp" not in claims:
            raise Refused("ID token: several audiences, and azp does not say which asked")
        if nonce is not None and not _same(claims.get("nonce", ""), nonce):
            raise Refused("ID token: nonce is not the one we sent")
        if access_token and "at_hash" in claims:
            digest = hashlib.new(HASHES[header["alg"]], access_token.encode()).digest()
            if not _same(claims["at_hash"], _base64(digest[: len(digest) // 2])):
                raise Refused("ID token: at_hash belongs to another access token")
        return claims

    def refresh(self, tokens):
        """Return new tokens for ``tokens``, whose refresh token must not be used again.

        Raises Declined: invalid_grant, when it is used up, expired or ended: sign in again.
        """
        given = self._tokens(grant_type="refresh_token", refresh_token=tokens.refresh_token)
        claims = tokens.claims
        if given.get("id_token"):
            claims = self.verify(given["id_token"], access_token=given["access_token"])
            if claims["sub"] != tokens.claims["sub"]:  # OIDC Core §12.2
                raise Refused("ID token: another person than before")
        kept = {"refresh_token": tokens.refresh_token, "id_token": tokens.id_token}
        return _as_tokens({**kept, **given}, claims)

    def userinfo(self, tokens):
        """Return what the person lets this app know (OIDC Core §5.3)."""
        shown = {"Authorization": "Bearer " + tokens.access_token}
        found = _content(self._http.get(self.metadata["userinfo_endpoint"], headers=shown))
        if found.get("sub") != tokens.claims["sub"]:  # OIDC Core §5.3.2
            raise Refused("userinfo: about another person than the ID token")
        return found

    def introspect(self, token):
        """Return what the server says of ``token`` now (RFC 7662)."""
        return _content(self._post("introspection_endpoint", token=token))

    def revoke(self, token):
        """End ``token``, and what was issued with it (RFC 7009). Unknown tokens are no error."""
        _content(self._post("revocation_endpoint", token=token))

    def sign_out_url(self, id_token, back_to, state):
        """Return where to send the browser to sign out at the server too (OIDC RP-Initiated §2)."""
        asked = {"id_token_hint": id_token, "post_logout_redirect_uri": back_to, "state": state}
        return self.metadata["end_session_endpoint"] + "?" + urlencode(asked)

    def _tokens(self, **form):
        given = _content(self._post("token_endpoint", **form))
        if str(given.get("token_type", "")).lower() != "bearer" or not given.get("access_token"):
            raise Refused("token answer: no bearer access token in it")
        return given

    def _post(self, endpoint, **form):
        url = self.metadata[endpoint]
        if not self._secret:
            return self._http.post(url, data={**form, "client_id": self.client_id})
        # RFC 6749 §2.3.1: both parts are form-encoded before they are joined.
        who = (quote_plus(self.client_id), quote_plus(self._secret))
        return self._http.post(url, data=form, auth=who)

    def _key(self, header):
        kid = header.get("kid")
        if kid not in self._keys and time.monotonic() - self._keys_at > KEYS_AGAIN_SECONDS:
            found = self._http.get(self.metadata["jwks_uri"]).raise_for_status().json()
            # A key of a kind we do not know is no fault: someone else may need it.
            self._keys = {
                key["kid"]: jwt.PyJWK(key) for key in found["keys"] if key.get("alg") in HASHES
            }
            self._keys_at = time.monotonic()
        if kid not in self._keys:
            raise jwt.InvalidKeyError("signed by a key the server does not publish")
        if self._keys[kid].algorithm_name != header.get("alg"):
            raise jwt.InvalidKeyError("signed with another algorithm than its key's")
        return self._keys[kid]


def _content(answer):
    try:
        found = answer.json() if answer.content else {}
    except ValueError:
        found = {}
    if not answer.is_success:
        error = found.get("error", f"http_{answer.status_code}")
        raise Declined(error, found.get("error_description", ""))
    return found


def _as_tokens(given, claims):
    kept = {name: given[name] for name in Tokens.__annotations__ if name in given}
    return Tokens(**kept | {"claims": claims})


def _base64(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def _same(one, other):
    return secrets.compare_digest(str(one).encode(), str(other).encode())
