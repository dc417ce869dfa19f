"""Every blueprint; ``BANK_ROOMS`` says which of them this process opens."""

from app.bank.atm.routes import atm
from app.bank.deeds.routes import deed_keys
from app.bank.payments.routes import payments
from app.bank.reports.routes import reports
from app.bank.wallet.owner_routes import wallet_owner
from app.bank.wallet.routes import wallet

ROOMS = {
    "wallet": (wallet, wallet_owner),
    "payments": (payments,),
    "atm": (atm,),
    "reports": (reports,),
}


def names(setting):
    """Return the rooms named in ``setting``, a comma list.

    Raises SystemExit: when one of them is unknown; a typing error must not leave a room closed.
    """
    rooms = [name.strip() for name in setting.split(",") if name.strip()]
    unknown = sorted(set(rooms) - ROOMS.keys())
    if unknown or not rooms:
        known = ", ".join(sorted(ROOMS))
        raise SystemExit(f"BANK_ROOMS: name rooms among {known}")
    return rooms


def init_app(app, rooms):
    """Open ``rooms``, and show whoever verifies deeds the keys they are signed with."""
    app.register_blueprint(deed_keys)
    for name in rooms:
        for blueprint in ROOMS[name]:
            app.register_blueprint(blueprint)
