"""Messages on their way to people, and the browsers that take them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.auth.database import Base
from app.foundation import clock, ids
from app.foundation.database import UtcDateTime

_DEAD = "due_at IS NULL AND delivered_at IS NULL"


class OutboxMessage(Base):
    """A message to one person by one channel, kept with the deed it tells of.

    Whom it goes to and what it says are sealed together, and wiped once it is over. It waits while
    ``due_at`` is set; then it was delivered, or it is dead and ``problem`` says why.
    """

    __tablename__ = "outbox_messages"
    __table_args__ = (
        Index(
            "ix_outbox_messages_dead",
            "expires_at",
            postgresql_where=text(_DEAD),
            sqlite_where=text(_DEAD),
        ),
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True, default=ids.maker("msg"))
    message: Mapped[str] = mapped_column(Text)  # its name in the catalogue
    channel: Mapped[str] = mapped_column(Text)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    subscription_id: Mapped[str | None] = mapped_column(Text)  # a push: to which, while there
    content_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    locale: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)  # not worth delivering from then on
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)  # None: over
    tries: Mapped[int] = mapped_column(Integer, default=0)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    problem: Mapped[str | None] = mapped_column(Text)  # why the last try failed, in one word


class ReceivedNotice(Base):
    """A notice that a service sent for a person, so that it is told once however often it comes."""

    __tablename__ = "received_notices"

    client_id: Mapped[str] = mapped_column(Text, primary_key=True)  # of the service
    id: Mapped[str] = mapped_column(Text, primary_key=True)  # what the service calls it
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class NoticeChoice(Base):
    """Whether a person wants notices of one kind by one channel; without a row: as it comes."""

    __tablename__ = "notice_choices"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    channel: Mapped[str] = mapped_column(Text, primary_key=True)
    is_wanted: Mapped[bool]


class PushSubscription(Base):
    """A browser of a person that shows them notices, and where it takes them (RFC 8030 §4).

    The address lets whoever has it send there: it is sealed with the browser's keys, and found
    again by its digest. One browser shows the notices of one person.
    """

    __tablename__ = "push_subscriptions"

    id: Mapped[str] = mapped_column(Text, primary_key=True, default=ids.maker("psh"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    device_id: Mapped[str] = mapped_column(
        ForeignKey("devices.id", ondelete="CASCADE"), unique=True
    )
    endpoint_digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    address_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    name: Mapped[str] = mapped_column(Text)  # what the person's browser is called
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
