"""The catalogue of permissions of the back office, and what the roles of the house hold.

A role is a name for permissions; what a person may do is the union of their roles. A permission
is held everywhere, or in some institutions alone (:mod:`app.auth.staff.reach`).
"""

DASHBOARD = "dashboard:read"
PEOPLE_READ = "people:read"  # find people, and see them masked
PEOPLE_UNMASK = "people:unmask"  # see an address, a number or a paper in clear, for a reason
PEOPLE_LOCK = "people:lock"  # lock, unlock, sign out, require another password
PEOPLE_RESET_FACTOR = "people:reset_factor"
PEOPLE_ACT_FOR = "people:act_for"  # read as a person who allowed it, for a while
ROLES_READ = "roles:read"
ROLES_GRANT = "roles:grant"
ROLES_DEFINE = "roles:define"
INSTITUTIONS_READ = "institutions:read"
INSTITUTIONS_MANAGE = "institutions:manage"  # name, colours, policy, members, invitations
INSTITUTIONS_CREATE = "institutions:create"
CLIENTS_READ = "clients:read"
CLIENTS_MANAGE = "clients:manage"
CONSENTS_READ = "consents:read"  # what one person allowed, on the page about them
CONSENTS_WITHDRAW = "consents:withdraw"  # list what people allowed, and take it back
DEEDS_READ = "deeds:read"
KEYS_READ = "keys:read"
KEYS_MANAGE = "keys:manage"
AUDIT_READ = "audit:read"
AUDIT_EXPORT = "audit:export"
MESSAGES_READ = "messages:read"
MESSAGES_RETRY = "messages:retry"
SETTINGS_READ = "settings:read"  # settings in force, and the server's health
ACTS_APPROVE = "acts:approve"  # be the second of four eyes

CATALOGUE = frozenset(value for name, value in globals().items() if name.isupper())

# What is nobody's institution: an institution's own staff never holds it.
EVERYWHERE_ONLY = frozenset(
    {
        DASHBOARD,
        ROLES_DEFINE,
        INSTITUTIONS_CREATE,
        KEYS_READ,
        KEYS_MANAGE,
        MESSAGES_READ,
        MESSAGES_RETRY,
        SETTINGS_READ,
    }
)

# Of the roles of the house; those that a bank defines for itself have theirs in the database.
BUILT_IN = {
    "user": frozenset(),
    "support": frozenset({PEOPLE_READ, PEOPLE_ACT_FOR, CONSENTS_READ}),
    "admin": CATALOGUE,
}
