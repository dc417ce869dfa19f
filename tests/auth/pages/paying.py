"""An app that asks for a deed, and redeems what it gets."""

from tests.auth.pages.visitor import CALLBACK
from tests.support import steps

SCOPE = "openid wallet:transfer"


def redeem(visitor, page):
    """Redeem the code that the app was given; return the answer (dict)."""
    assert page.address.startswith(CALLBACK), page.text
    code = page.address.partition("code=")[2].partition("&")[0]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    form |= {"client_id": "cofrinho", "code_verifier": steps.VERIFIER}
    answer = visitor.client.post("/oauth/token", data=form)
    assert answer.status_code == 200, answer.text
    return answer.json
