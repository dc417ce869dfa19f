"""Link a device: a person types the code it shows, and is asked about it (RFC 8628 §3.3)."""

from app.auth.accounts import guesses
from app.auth.clients import registry
from app.auth.interactions import journey, user_codes
from app.auth.interactions.request import AuthorizationRequest
from app.auth.sessions import browser
from app.foundation import clock, legible
from app.foundation.problems import Problem


class WrongCode(Problem):
    """No device waits under this code: unknown, expired, used and denied are all the same."""

    code = "wrong_user_code"
    status = 422
    description = "No device waits under this code."
    key = "device.wrong"


def begin(typed):
    """Return the journey of the device that shows what was ``typed``.

    What can be no code is no guess; any other is counted before it is looked for. The person is
    always asked, whatever was allowed to that app before: somebody else may have sent the code
    (RFC 8628 §5.4). Asked before the request writes anything.

    Raises WrongCode, guesses.Paused.
    """
    user_code = legible.read(typed)
    if user_code is None:
        raise WrongCode
    here = browser.presence()
    counted = guesses.count(
        "user_code", browser.address(), browser=browser.id(), user_id=here and here.user_id
    )
    found = user_codes.find(user_code)
    client = found and registry.find(found.client_id)
    if client is None:
        raise WrongCode
    guesses.give_back(counted)
    asked = AuthorizationRequest(
        client_id=found.client_id,
        redirect_uri=None,
        redirect_uri_sent=False,
        scope=tuple(found.scope.split()),
        audience=found.audience,
        asked_at=clock.seconds(),
        prompt=frozenset({"consent"}),
        max_age=client.default_max_age,
        acr_values=tuple(client.default_acr_values),
        device=found.device.hex(),
        user_code_sealed=user_codes.sealed(user_code, found.device.hex()),
    )
    return journey.begin("device", asked=asked, return_to="/oauth/device_authorization/{id}")


def code_of(asked):
    """Return the code as the device of this request shows it, or None when it is no device's."""
    code = user_codes.of(asked)
    return code and legible.shown(code)
