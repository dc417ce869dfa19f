"""Settings about people: how they join, prove an address, sign in and come back.

Part of ``config.Auth``.
"""

from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings


class People(BaseSettings):
    """How people join, prove an address, sign in, and come back without a password."""

    SIGN_UP: Literal["open", "off"] = "open"  # off: nobody opens an account alone (L-20)
    PHONE_PROOF: Literal["optional", "required"] = "optional"  # of who joins
    UNPROVED_DAYS: int = Field(7, ge=1, le=365)  # an account nobody proved an e-mail for, then gone
    ADULT_YEARS: int = Field(18, ge=0, le=30)  # S18: on the day, in TIME_ZONE
    TERMS_VERSION: str = "2026-11"  # kept with who accepted it, and when
    TERMS_URI: str = ""  # where the terms can be read; empty: no link
    INVITATION_DAYS: int = Field(7, ge=1, le=30)  # an address invited by an institution
    INVITATIONS_PER_DAY: int = Field(500, ge=1)  # of one institution
    VERIFICATION_TOKEN_TTL: int = Field(86400, ge=300, le=86400)  # seconds; S25, S71
    PASSWORD_RESET_TTL: int = Field(900, ge=60, le=3600)  # seconds; S67
    MFA_CODE_TTL: int = Field(300, ge=60, le=600)  # seconds; NIST 800-63B-4 allows ten minutes
    CODE_TRIES: int = Field(5, ge=1, le=10)  # S62: wrong ones, then the code is dead
    CODE_WAIT_SECONDS: int = Field(60, ge=1, le=3600)  # between two codes to one contact
    CODES_PER_CONTACT: int = Field(5, ge=1)  # an hour, to one address or number
    CODES_PER_CONTACT_DAY: int = Field(10, ge=1)
    CODES_PER_PERSON_DAY: int = Field(20, ge=1)  # to all contacts of one person
    CODES_PER_NETWORK: int = Field(60, ge=1)  # an hour, asked for from one network
    SMS_PER_NETWORK: int = Field(10, ge=1)  # an hour: each costs money
    SMS_UNPROVED_DAY: int = Field(3, ge=1)  # to a number nobody has proved
    SMS_COUNTRIES: str = "BR"  # comma list (ISO 3166-1) that an SMS may go to
    IMPORT_BCRYPT_COST: int = Field(12, ge=4, le=15)  # dearest brought in: fits LOGIN_FLOOR_MS
    IMPORT_ARGON2_MEMORY_KIB: int = Field(65_536, ge=8, le=1_048_576)  # likewise
    IMPORT_ARGON2_PASSES: int = Field(4, ge=1, le=20)  # likewise

    LOGIN_ATTEMPTS: int = Field(5, ge=1)  # S45: per account, in the window
    LOGIN_WINDOW_SECONDS: int = Field(900, ge=60)
    LOGIN_ADDRESS_ATTEMPTS: int = Field(100, ge=1)  # C21: per address, in the same window
    LOGIN_ACCOUNT_ATTEMPTS: int = Field(50, ge=1)  # C21: per account from unknown places together
    LOGIN_KNOWN_DAYS: int = Field(90, ge=0)  # C21: who signed in from a place keeps it so long
    LOGIN_FLOOR_MS: int = Field(350, ge=0, le=2000)  # nothing about an account is told sooner
    PASSWORD_MIN_LENGTH: int = Field(8, ge=8, le=64)  # decisions §9
    PASSWORD_MEMORY_KIB: int = Field(19456, ge=8)  # argon2id m; decisions §9
    PASSWORD_PASSES: int = Field(2, ge=1)
    SIGN_INS_AT_ONCE: int = Field(2, ge=1)  # a process; the others get 503; half of WEB_THREADS
    PASSWORD_QUEUE: int = Field(16, ge=1)  # hashes that may wait before 503
