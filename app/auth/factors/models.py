"""What a person can show besides a password, and the browsers that need not be shown it again."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.auth.database import Base
from app.foundation import clock, ids
from app.foundation.database import UtcDateTime


class TotpSecret(Base):
    """The secret that a person's authenticator app shares with us (RFC 6238), sealed.

    Begun, then enabled by the first right code; only an enabled one is asked for.
    """

    __tablename__ = "totp_secrets"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    secret_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    enabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_step: Mapped[int] = mapped_column(BigInteger, default=-1)  # the newest step accepted


class RecoveryCode(Base):
    """One of the codes a person keeps on paper; good once."""

    __tablename__ = "recovery_codes"

    code_digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)  # HMAC
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CodeFactor(Base):
    """That a person is asked for a code sent to a contact they have proved, and how far it counts.

    ``same_path_at``: the password in use came by a code to the same contact (`one_time_codes`); it
    may be noted before the factor is turned on.
    """

    __tablename__ = "code_factors"
    __table_args__ = (CheckConstraint("name IN ('email_code', 'sms_code')", name="name"),)

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(Text, primary_key=True)  # as the registry calls it
    enabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    same_path_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Passkey(Base):
    """The public half of a key that a person's device or password manager holds (WebAuthn)."""

    __tablename__ = "passkeys"

    id: Mapped[str] = mapped_column(Text, primary_key=True, default=ids.maker("pky"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)  # COSE
    sign_count: Mapped[int] = mapped_column(BigInteger)
    transports: Mapped[str] = mapped_column(Text)  # space-separated, as the browser told
    aaguid: Mapped[str] = mapped_column(Text)  # what kind of authenticator it says to be
    name: Mapped[str] = mapped_column(Text)
    synced: Mapped[bool]  # may be copied to the person's other devices (WebAuthn: BE)
    backed_up: Mapped[bool]  # has been (BS)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PasskeyInvitation(Base):
    """When a person, invited to make a passkey, last said "not now"."""

    __tablename__ = "passkey_invitations"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    declined_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class RememberedBrowser(Base):
    """A browser from which a person need not show a second factor for a while."""

    __tablename__ = "remembered_browsers"

    browser_digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)  # for one person
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
