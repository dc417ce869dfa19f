"""Every model of this house, so that migrations see all its tables, and no others."""

from app.auth.accounts import models as accounts
from app.auth.accounts.imported import models as imported
from app.auth.accounts.proofs import models as proofs
from app.auth.audit import models as audit
from app.auth.audit.chain import models as chain
from app.auth.checkup import models as checkup
from app.auth.clients import models as clients
from app.auth.consents import models as consents
from app.auth.database import Base
from app.auth.deeds import models as deeds
from app.auth.explanations import models as explanations
from app.auth.factors import models as factors
from app.auth.institutions import models as institutions
from app.auth.interactions import models as interactions
from app.auth.keys import models as keys
from app.auth.notifications import models as notifications
from app.auth.recoveries import models as recoveries
from app.auth.replays import models as replays
from app.auth.resealing import models as resealing
from app.auth.retention import models as retention
from app.auth.sessions import models as sessions
from app.auth.staff import models as staff
from app.auth.streams import models as streams
from app.auth.support import models as support
from app.auth.tokens import models as tokens

ROOMS = (
    audit,
    chain,
    keys,
    accounts,
    proofs,
    imported,
    institutions,
    staff,
    sessions,
    clients,
    deeds,
    consents,
    tokens,
    interactions,
    replays,
    explanations,
    factors,
    recoveries,
    support,
    notifications,
    streams,
    resealing,
    retention,
    checkup,
)
NAMES = {
    thing.__tablename__
    for room in ROOMS
    for thing in vars(room).values()
    if isinstance(thing, type) and issubclass(thing, Base) and thing is not Base
}
