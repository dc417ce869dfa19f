"""What the route of the bank's own keys says of itself (:mod:`app.foundation.openapi`)."""

from app.foundation.openapi.operation import Header, Operation, answer, members, ref

SCHEMAS = {
    "DeedKeys": members(("keys",), more=False, keys={"type": "array", "items": {"type": "object"}})
}
OPERATIONS = {
    "deed_keys.show": Operation(
        "Operations",
        {
            200: answer(
                "The keys that pending deeds are signed with (RFC 7517 §5)",
                ref("DeedKeys"),
                {"Cache-Control": Header("How long the set may be kept")},
            )
        },
    )
}
