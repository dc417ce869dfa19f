"""What the documents' routes have in common: bodies of JSON, and errors in words for people."""

from app.foundation.openapi.operation import (
    JSON,
    TEXT,
    Answer,
    Body,
    Header,
    Operation,
    answer,
    members,
    ref,
    text,
)

DOCUMENTS = "Existing apps"
TAGS = {DOCUMENTS: "The JSON of apps that came before OAuth, for those of the institution alone"}
TOKEN = ({"document": ()},)  # a security scheme: an access token got by one of these routes
SCHEMES = {
    "document": {
        "type": "http",
        "scheme": "bearer",
        "description": "An access token that one of the existing apps was given.",
    }
}
RETRY = {"Retry-After": Header("Seconds until it is worth another try")}
CHALLENGE = {"WWW-Authenticate": Header("What would do (RFC 6750 §3)")}
WRONG = "The e-mail or password don't match. Check them and try again."

SCHEMAS = {
    "DocumentError": members(
        ("message", "error"),
        message=text("For the person, in the language asked for, or as the document prints it"),
        error=text("A short name for programs", examples=["invalid_credentials"]),
        errors={
            "type": "object",
            "description": "What is wrong with each member of the request",
            "additionalProperties": TEXT,
        },
    ),
    "DocumentMessage": members(("message",), message=text("As the document prints it")),
}


def refusal(says, headers=None, **examples):
    """Return the :class:`Answer` of a refusal. examples: code → sentence."""
    shown = {code: {"message": said, "error": code} for code, said in examples.items()}
    return answer(says, ref("DocumentError"), headers, **shown)


def done(message):
    """Return the answer that is one printed sentence."""
    return answer("Done", ref("DocumentMessage"), done={"message": message})


def taking(required, example, **properties):
    """Return the :class:`Body` of a request; members beside are passed over."""
    return Body(members(required, **properties), {"printed": example})


def operation(answers, **more):
    """Return the :class:`Operation` of a document's route. more: as it takes."""
    body = WITH_BODY if "takes" in more else {}
    return Operation(DOCUMENTS, EVERYWHERE | body | answers, **more)


EVERYWHERE = {
    400: refusal("The request is malformed", invalid_request="The request is malformed."),
    403: refusal(
        "An app that is none of these, or one that is switched off",
        unauthorized_client="This address is for the institution's own apps alone.",
    ),
    503: Answer(
        "Something we stand on is away, or too busy",
        (Body({"anyOf": [ref("DocumentError"), ref("Error")]}, media=JSON),),
        {"Retry-After": Header("Seconds until it is worth another try", always=False)},
    ),
}
WITH_BODY = {
    413: refusal("The body is too large", content_too_large="The request is too large."),
    415: refusal(
        "The body is of another kind", unsupported_media_type="The body must be application/json."
    ),
    429: refusal(
        "Asked too often", RETRY, too_many_attempts="Too many attempts. Try again from 14:35."
    ),
}
NOT_THEM = refusal(
    "Not these credentials, or a second factor is to be shown with them",
    invalid_credentials=WRONG,
    two_factor_required="Type the code of your second factor.",
    two_factor_invalid="The code doesn't match. Check it and try again.",
)
