"""A journey under way, saved: bound to the browser that began it; and requests pushed for one."""

import json
from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.auth.database import Base
from app.auth.interactions.request import AuthorizationRequest
from app.foundation import clock, ids
from app.foundation.database import UtcDateTime

AUTHORIZING = {"authorize", "device"}  # the kinds that ask for an authorization


class Interaction(Base):
    """What was asked, what the person has answered so far, and where to return.

    States: begun → answered prompt by prompt → finished; or expired.
    """

    __tablename__ = "interactions"
    __table_args__ = (
        Index(  # a document's app has no address of its journey: it is found by where it calls from
            "ix_interactions_document",
            "browser_digest",
            "created_at",
            postgresql_where=text("kind = 'document'"),
            sqlite_where=text("kind = 'document'"),
        ),
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True, default=ids.maker("int"))
    # authorize, device, logout, farewell, account or document
    kind: Mapped[str] = mapped_column(Text)
    browser_digest: Mapped[bytes] = mapped_column(LargeBinary)
    client_id: Mapped[str | None] = mapped_column(Text)
    asked: Mapped[str] = mapped_column(Text, default="{}")  # JSON
    answers: Mapped[str] = mapped_column(Text, default="{}")  # JSON: prompt → facts
    return_to: Mapped[str] = mapped_column(Text)
    pushed_digest: Mapped[bytes | None] = mapped_column(
        LargeBinary
    )  # of the request_uri it answers
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def request(self):
        """The authorization request, an app's or a device's; None for another kind of journey."""
        return AuthorizationRequest.from_json(self.asked) if self.kind in AUTHORIZING else None

    @property
    def facts(self):
        """What was asked, as a dict, for a journey that is no authorization."""
        return json.loads(self.asked)

    def answer_to(self, prompt):
        """Return what the person answered to ``prompt`` (a dict), or None."""
        return json.loads(self.answers).get(prompt)


class PushedRequest(Base):
    """An authorization request that its client pushed beforehand (RFC 9126).

    Good until it expires or a sign-in under it has completed; opening it uses nothing up.
    """

    __tablename__ = "pushed_requests"

    uri_digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)  # of the request_uri
    client_id: Mapped[str] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"))
    parameters: Mapped[str] = mapped_column(Text)  # JSON
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
