"""The catalogue of what a one-time secret can be good for: one purpose, and no other (S62)."""

from typing import NamedTuple

from app.auth.accounts.proofs.models import PasswordReset, VerificationToken


class Purpose(NamedTuple):
    """What a secret is good for: where it is kept, and the setting that says how many seconds."""

    model: type
    lifetime: str


PURPOSES = {
    "confirm_email": Purpose(VerificationToken, "VERIFICATION_TOKEN_TTL"),
    "confirm_phone": Purpose(VerificationToken, "MFA_CODE_TTL"),
    "change_email": Purpose(VerificationToken, "MFA_CODE_TTL"),
    "change_phone": Purpose(VerificationToken, "MFA_CODE_TTL"),
    "sign_in": Purpose(VerificationToken, "MFA_CODE_TTL"),  # one that looked odd, once
    "email_code": Purpose(VerificationToken, "MFA_CODE_TTL"),  # as a second factor
    "sms_code": Purpose(VerificationToken, "MFA_CODE_TTL"),
    "approve_deed": Purpose(VerificationToken, "MFA_CODE_TTL"),
    "begin_recovery": Purpose(VerificationToken, "MFA_CODE_TTL"),
    "complete_recovery": Purpose(VerificationToken, "MFA_CODE_TTL"),
    "reset": Purpose(PasswordReset, "PASSWORD_RESET_TTL"),
}
