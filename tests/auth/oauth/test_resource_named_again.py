"""A resource named again at the token endpoint is the one that was authorized (RFC 8707 §2.2)."""

from tests.support import steps
from tests.support.marks import rfc


@rfc("8707", "2.2")
def test_another_resource_than_the_authorized_one_is_refused_and_uses_up_no_code(browser, app, ana):
    code = steps.authorize(browser, app, ana).code
    right = steps.exchange  # the same request, less the foreign resource

    steps.refused(right(browser, app, code, resource="https://other.example"), "invalid_target")

    assert right(browser, app, code).status_code == 200


@rfc("8707", "2.2")
def test_the_authorized_resource_may_be_named_again_and_another_turns_nothing(browser, app, ana):
    first = steps.tokens(browser, app, ana)
    audience = steps.claims_of(first["access_token"])["aud"]

    refused = steps.refresh(browser, app, first["refresh_token"], resource="https://other.example")
    steps.refused(refused, "invalid_target")
    turned = steps.refresh(browser, app, first["refresh_token"], resource=audience)

    assert turned.status_code == 200
    assert steps.claims_of(turned.json["access_token"])["aud"] == audience
