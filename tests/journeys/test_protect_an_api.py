"""The API of ``docs/protect-an-api.md``, as it stands there, beside a server that runs."""

import base64
import hashlib
import re
import secrets
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from tests.journeys.visitor import Visitor
from tests.support.marks import abuse, mission, rfc

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "protect-an-api.md").read_text("utf-8")
FIRST, SECOND = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
# Where nothing of ours can be imported but the copy of the gate beside it.
ASK = """
import sys
sys.path.insert(0, ".")
from api import app
for line in sys.stdin.read().splitlines():
    path, token = line.split(" ")
    headers = {"Authorization": "Bearer " + token} if token else {}
    answer = app.test_client().get(path, headers=headers)
    print(answer.status_code, answer.headers.get("WWW-Authenticate", ""), answer.text.strip())
"""


@pytest.fixture
def ask(live_server, tmp_path):
    """Do what the page says in a folder, and ask the API each ``(path, token)``; return lines."""
    copied = re.search(r"```sh\n(.*?)```", PAGE, re.DOTALL)[1].replace("../cards", str(tmp_path))
    subprocess.run(["bash", "-ec", copied], cwd=ROOT, check=True)
    code = f"{FIRST}\n\n{SECOND}".replace("http://localhost:3000", live_server.url)
    (tmp_path / "api.py").write_text(code)

    def run(*questions):
        done = subprocess.run(
            [sys.executable, "-I", "-c", ASK],
            cwd=tmp_path,
            input="\n".join(f"{path} {token}" for path, token in questions),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    return run


@pytest.fixture
def token(live_server, third_party, person):
    """Return a function that gets a token of Ana's: ``token("wallet:read")``."""

    def get(scope):
        verifier = secrets.token_urlsafe(48)
        digest = hashlib.sha256(verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": third_party.client_id,
            "redirect_uri": third_party.redirect_uri,
            "scope": scope,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        visitor = Visitor(third_party.redirect_uri)
        visitor.sign_in(f"{live_server.url}/oauth/authorize?{urlencode(asked)}", person)
        form = {
            "grant_type": "authorization_code",
            "code": parse_qs(urlsplit(visitor.arrived).query)["code"][0],
            "redirect_uri": third_party.redirect_uri,
            "code_verifier": verifier,
        }
        credentials = (third_party.client_id, third_party.client_secret)
        answer = httpx.post(f"{live_server.url}/oauth/token", data=form, auth=credentials)
        return answer.json()["access_token"]

    return get


def test_the_api_is_shorter_than_fifteen_lines():
    assert len(FIRST.splitlines()) < 15


@mission("S10")
@rfc("6750", "3")
@rfc("9470", "3")
@abuse("F-01")
def test_the_api_of_the_page_opens_to_whom_it_says(ask, token, person):
    good, narrow = token("wallet:read"), token("wallet:transfer")
    head, claims, _signature = good.split(".")

    told = ask(
        ("/cards/me", ""),
        ("/cards/me", f"{head}.{claims}.AAAA"),
        ("/cards/me", narrow),
        (f"/cards/{person.id + 1}", good),
        (f"/cards/{person.id}", good),
        (f"/cards/{person.sub}", good),
        ("/cards/me/number", good),
    )

    wanted = [
        ("401 Bearer ", "resource_metadata="),
        ("401 ", 'error="invalid_token"'),
        ("403 ", 'error="insufficient_scope"'),
        ("403 ", "not_the_owner"),
        ("200 ", person.sub),
        ("200 ", person.sub),
        ("401 ", 'acr_values="phr", max_age="300"'),
    ]
    for line, (status, said) in zip(told, wanted, strict=True):
        assert line.startswith(status)
        assert said in line
