"""What the endpoints of the protocol say of themselves (:mod:`app.foundation.openapi`)."""
