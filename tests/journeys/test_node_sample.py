"""An API in another language trusts our tokens with the key set alone."""

import json
import secrets
import shutil
import subprocess
from pathlib import Path

import httpx
import playwright
import pytest

from tests.support.marks import abuse, mission, rfc

SAMPLE = Path(__file__).parents[2] / "docs" / "samples" / "verify.mjs"


@pytest.fixture
def verify(live_server):
    """Run the sample on a token; return its exit status and what it said."""
    bundled = Path(playwright.__file__).parent / "driver" / "node"
    node = shutil.which("node") or bundled

    def run(token, audience=live_server.url + "/bank", scope="wallet:read"):
        command = [node, SAMPLE, live_server.url, audience, scope, token]
        return subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)

    return run


@pytest.fixture(params=["ES256", "RS256", "PS256", "EdDSA"])
def token(live_server, new_app, request):
    """An access token of a client for itself."""
    app = new_app(
        redirect_uris=[],
        post_logout_redirect_uris=[],
        grant_types=["client_credentials"],
        scope="wallet:read",
        access_token_signed_response_alg=request.param,
    )
    answer = httpx.post(
        live_server.url + "/oauth/token",
        data={"grant_type": "client_credentials"},
        auth=(app.client_id, app.client_secret),
    )
    return answer.json()["access_token"]


@mission("S10")
@rfc("9068", "4")
def test_the_node_sample_takes_a_good_token(verify, token):
    done = verify(token)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["scope"] == "wallet:read"


@rfc("9068", "4")
@abuse("F-16")
def test_the_node_sample_refuses_a_token_for_another_api_or_scope(verify, token):
    assert "for another API" in verify(token, audience="https://api.example").stderr
    assert "insufficient scope" in verify(token, scope="wallet:transfer").stderr


@abuse("J-01", "J-09")
def test_the_node_sample_refuses_a_token_that_was_touched(verify, token):
    header, claims, signature = token.split(".")
    another = secrets.token_urlsafe(64)[: len(signature)]

    assert "bad signature" in verify(f"{header}.{claims}.{another}").stderr
    # {"alg":"none","typ":"at+jwt"} and {"alg":"ES256"} with no type
    for forged in ("eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0", "eyJhbGciOiJFUzI1NiJ9"):
        assert verify(f"{forged}.{claims}.{signature}").returncode == 1
