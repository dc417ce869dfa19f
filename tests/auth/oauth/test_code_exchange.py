"""The code for tokens (RFC 6749 §4.1.3, §5.1)."""

import pytest

from tests.support import factories, steps
from tests.support.marks import abuse, behaviour, mission, rfc


@mission("S29", "S131")
@rfc("6749", "5.1")
@behaviour(84, 86)
def test_a_code_brings_tokens_that_no_cache_keeps(browser, app, ana):
    code = steps.authorize(browser, app, ana).code

    answer = steps.exchange(browser, app, code)

    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert set(answer.json) == {
        *("access_token", "token_type", "expires_in", "scope"),
        *("refresh_token", "id_token"),
    }
    assert answer.json["token_type"] == "Bearer"
    assert answer.json["expires_in"] == 900
    assert answer.json["scope"] == steps.SCOPE
