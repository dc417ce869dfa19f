"""Requests made from ``/openapi.json`` by the thousand: no 5xx, and every answer as it says."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from requests_oauthlib import OAuth2Session

from app.auth.docs_client import CLIENT_ID
from tests.journeys.visitor import Visitor
from tests.support.marks import asvs

SETTINGS = Path(__file__).with_name("schemathesis.toml")
SOAK = bool(os.environ.get("SOAK"))
EXAMPLES = 600 if SOAK else 4  # for each operation, beside those made to cover its schema
LEAST = 10_000 if SOAK else 500
SCOPE = ["openid", "profile", "wallet:read", "wallet:transfer", "reports:read", "atm:withdraw"]
MINUTES = 30 if SOAK else 5
SEED = [] if SOAK else ["--seed", "1"]  # a change is judged by the same requests as the one before


@pytest.fixture
def bearer(live_server, new_person, monkeypatch):
    """An access token of a test person, got by the client of ``/docs``."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")  # this server is on loopback
    back = f"{live_server.url}/docs/oauth2-redirect.html"
    app = OAuth2Session(CLIENT_ID, redirect_uri=back, scope=SCOPE, pkce="S256")
    asking, _state = app.authorization_url(f"{live_server.url}/oauth/authorize")
    visitor = Visitor(back)
    visitor.sign_in(asking, new_person())
    told = {"authorization_response": visitor.arrived, "include_client_id": True}
    return app.fetch_token(f"{live_server.url}/oauth/token", **told)["access_token"]


@asvs("2.2.1")
def test_whatever_is_asked_the_answer_is_one_that_the_document_tells_of(
    live_server, new_app, bearer, tmp_path
):
    app = new_app(grant_types=["client_credentials"], redirect_uris=[], response_types=[])
    made = {"BEARER": bearer, "CLIENT_ID": app.client_id, "CLIENT_SECRET": app.client_secret}
    report = tmp_path / "report.json"
    command = [Path(sys.executable).with_name("st"), "--config-file", SETTINGS, "run"]
    command += [f"{live_server.url}/openapi.json", "--checks", "all", "--no-color"]
    command += ["--max-examples", str(EXAMPLES), "--report-json-path", report, *SEED]

    done = subprocess.run(
        command,
        cwd=tmp_path,
        env=os.environ | made,
        capture_output=True,
        text=True,
        timeout=MINUTES * 60,
        check=False,
    )

    told = done.stdout[done.stdout.find("FAILURES") :]
    assert done.returncode == 0, told or done.stderr
    assert int(re.search(r"(\d+) generated", done.stdout)[1]) >= LEAST
    assert json.loads(report.read_text())
