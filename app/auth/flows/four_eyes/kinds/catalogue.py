"""The kinds of acts, by name: one line each."""

from app.auth.flows.four_eyes.kinds.client_scopes import ClientScopes
from app.auth.flows.four_eyes.kinds.client_secrets import NewSecret
from app.auth.flows.four_eyes.kinds.factor_resets import FactorReset
from app.auth.flows.four_eyes.kinds.key_retirement import KeyRetirement
from app.auth.flows.four_eyes.kinds.releases import Release
from app.auth.flows.four_eyes.kinds.role_grants import RoleChange, RoleGrant
from app.auth.flows.four_eyes.kinds.switching_off import SwitchingOff

_ALL = (
    RoleGrant(),
    RoleChange(),
    ClientScopes(),
    NewSecret(),
    KeyRetirement(),
    FactorReset(),
    Release(),
    SwitchingOff(),
)
KINDS = {kind.name: kind for kind in _ALL}
