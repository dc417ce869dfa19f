"""The endpoints a person's browser is sent to, and where a request is pushed beforehand."""

from app.auth.oauth.described import shapes
from app.auth.oauth.described.shapes import ASKED, EXAMPLE, GO, REQUESTS
from app.foundation.openapi.operation import (
    HTML,
    TEXT,
    Answer,
    Body,
    Operation,
    Parameter,
    answer,
    members,
    text,
)

_GOES_ON = Answer("To a page of ours, or back to the client with a code or an error", headers=GO)
_IN_QUERY = {
    name: Parameter(said["description"], {k: v for k, v in said.items() if k != "description"})
    for name, said in (ASKED | {"request_uri": text("What was pushed (RFC 9126 §4)")}).items()
}
_LOGOUT = {
    "id_token_hint": text("An ID token of who signs out"),
    "post_logout_redirect_uri": text("Where to go afterwards: exactly as registered"),
    "client_id": text("The client"),
    "state": text("Comes back unchanged"),
    "ui_locales": text("Languages, the best first"),
}

authorize = Operation(
    REQUESTS,
    {
        200: Answer("A form that posts itself to the client", (Body(TEXT, media=HTML),)),
        303: _GOES_ON,
        400: "Page",
    },
    parameters=_IN_QUERY,
)
logout = Operation(
    REQUESTS,
    {
        303: Answer("To the client, or to a page of ours that asks or says it is done", headers=GO),
        400: "Page",
    },
    parameters={name: Parameter(said["description"]) for name, said in _LOGOUT.items()},
)

OPERATIONS = {
    ("authorize.ask", "GET"): authorize,
    ("authorize.ask", "POST"): authorize.but(
        takes=shapes.form((), {"code": EXAMPLE}, needed=False, **ASKED), parameters={}
    ),
    ("logout_endpoint.ask", "GET"): logout,
    ("logout_endpoint.ask", "POST"): logout.but(
        takes=shapes.form((), {"bare": {"state": "af0ifjsldkj"}}, needed=False, **_LOGOUT),
        parameters={},
    ),
    "par.push": Operation(
        REQUESTS,
        shapes.REFUSED
        | {
            201: answer(
                "What to send as `request_uri`, and how long it is good",
                members(
                    ("request_uri", "expires_in"),
                    more=False,
                    request_uri=text("Good once, for this client alone"),
                    expires_in={"type": "integer", "minimum": 1},
                ),
                shapes.NEVER_KEPT,
                pushed={
                    "request_uri": "urn:ietf:params:oauth:request_uri:6esc_11ACC5bwc014ltc14eY22c",
                    "expires_in": 60,
                },
            )
        },
        takes=shapes.form((), {"code": EXAMPLE}, **(shapes.PROOF | ASKED)),
        security=shapes.AS_CLIENT,
    ),
}
