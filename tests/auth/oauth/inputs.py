"""What may be said to the endpoints of the protocol."""

FORMS = (
    *("/oauth/token", "/oauth/introspect", "/oauth/revoke", "/oauth/par"),
    "/oauth/device_authorization",
)
FORM = "application/x-www-form-urlencoded"
NAMES = (
    *("client_id", "redirect_uri", "response_type", "scope", "state", "nonce", "prompt"),
    *("max_age", "acr_values", "code_challenge", "code_challenge_method", "id_token_hint"),
    *("login_hint", "ui_locales", "resource", "response_mode", "request", "request_uri"),
    *("display", "claims", "claims_locales", "registration", "dpop_jkt", "authorization_details"),
)
FIELDS = (
    *("grant_type", "code", "redirect_uri", "code_verifier", "client_id", "client_secret"),
    *("refresh_token", "scope", "resource", "token", "token_type_hint", "client_assertion"),
    *("client_assertion_type", "assertion", "username", "password", "device_code", "audience"),
    *("subject_token", "subject_token_type", "actor_token", "requested_token_type"),
)
