"""The catalogue of what the record tells: ``subject:noun:verb``, and what each means.

Every state change writes exactly one of these, in the deed's own transaction (decisions §8).
"""

SYSTEM = "system"  # the actor of what no person and no client asked for
OPERATOR = "operator"  # the actor of the command line
HOST = frozenset({SYSTEM, OPERATOR})  # who has the machine: no permission is asked of them
NOBODY = "nobody"  # the actor before anybody has been recognised

ACCOUNT_CREATED = "account:profile:created"
PROFILE_CHANGED = "account:profile:changed"
CONTACT_CHANGED = "account:contact:changed"
DATA_EXPORTED = "account:data:exported"
CLOSING_ASKED = "account:closing:asked"
CLOSING_STOPPED = "account:closing:stopped"
ACCOUNT_CLOSED = "account:profile:erased"
PROFILE_SEEN = "account:profile:seen"
PROFILE_OPENED = "account:profile:opened"
FIELD_SHOWN = "account:field:shown"
SUPPORT_ASKED = "account:support:asked"
SUPPORT_ALLOWED = "account:support:allowed"
SUPPORT_REFUSED = "account:support:refused"
SUPPORT_ENDED = "account:support:ended"
SUPPORT_READ = "account:support:read"
PEOPLE_EXPORTED = "people:list:exported"
ACCOUNT_LOCKED = "account:access:locked"
ACCOUNT_UNLOCKED = "account:access:unlocked"
ACCOUNT_SIGNED_OUT = "account:access:signed_out"
PASSWORD_REQUIRED = "account:password:required"
DEVICE_DISOWNED = "account:device:disowned"
DEVICE_OWNED = "account:device:owned"
DEVICE_NAMED = "account:device:named"
ACCOUNT_REPLACED = "account:profile:replaced"
CONTACT_PROVED = "account:contact:proved"
CONTACT_LOST = "account:contact:lost"
PAPER_REFUSED = "account:paper:refused"
SIGN_UP_REFUSED = "account:sign_up:refused"
RECOVERY_ASKED = "account:recovery:asked"
PASSWORD_RESET = "account:password:reset"
SIGN_IN_SUCCEEDED = "account:sign_in:succeeded"
SIGN_IN_FAILED = "account:sign_in:failed"
SIGN_IN_LOCKED = "account:sign_in:locked"
PASSWORD_CHANGED = "account:password:changed"
CODE_SENT = "account:code:sent"
SECOND_FACTOR_REFUSED = "account:second_factor:refused"
SECOND_FACTOR_LOCKED = "account:second_factor:locked"
FACTOR_ADDED = "account:factor:added"
FACTOR_NAMED = "account:factor:named"
FACTOR_REMOVED = "account:factor:removed"
PASSKEY_DECLINED = "account:passkey_invitation:declined"
RECOVERY_CODES_DRAWN = "account:recovery_codes:drawn"
RECOVERY_CODE_USED = "account:recovery_code:used"
PASSKEY_COUNT_WENT_BACK = "account:passkey:count_went_back"
FACTOR_RECOVERY_BEGUN = "account:factor_recovery:begun"
FACTOR_RECOVERY_STOPPED = "account:factor_recovery:stopped"
FACTOR_RECOVERY_COMPLETED = "account:factor_recovery:completed"
FACTOR_RECOVERY_LAPSED = "account:factor_recovery:lapsed"
BROWSER_REMEMBERED = "account:browser:remembered"
NOTICES_CHOSEN = "account:notices:chosen"
PUSH_ADDED = "account:push:added"
PUSH_REMOVED = "account:push:removed"
ADMINISTRATOR_ENSURED = "account:administrator:ensured"
ROLE_GIVEN = "account:role:given"
ROLE_TAKEN = "account:role:taken"
ROLE_DEFINED = "role:permissions:defined"
ROLE_CHANGED = "role:permissions:changed"
ROLE_DELETED = "role:permissions:deleted"
ACT_ASKED = "approval:act:asked"
ACT_REFUSED = "approval:act:refused"
FOUR_EYES_CHANGED = "institution:four_eyes:changed"
MEMBER_ADMITTED = "account:membership:given"
MEMBER_RELEASED = "account:membership:taken"
INSTITUTION_CREATED = "institution:profile:created"
INSTITUTION_BRANDED = "institution:brand:changed"
INSTITUTION_POLICY_CHANGED = "institution:policy:changed"
INVITATION_SENT = "institution:invitation:sent"
INVITATION_WITHDRAWN = "institution:invitation:withdrawn"
SESSION_OPENED = "session:browser:opened"
SESSION_RENEWED = "session:browser:renewed"
SESSION_ENDED = "session:browser:ended"
INTERACTION_CANCELLED = "interaction:request:cancelled"
CONSENT_GIVEN = "consent:scopes:given"
CONSENT_WITHDRAWN = "consent:scopes:withdrawn"
CONSENTS_EXPORTED = "consent:list:exported"
DEED_APPROVED = "approval:deed:approved"
DEED_REFUSED = "approval:deed:refused"
GRANT_AUTHORIZED = "grant:code:authorized"
DEVICE_ASKED = "grant:device:asked"
DEVICE_APPROVED = "grant:device:approved"
DEVICE_DENIED = "grant:device:denied"
GRANT_ISSUED = "grant:tokens:issued"
GRANT_REFRESHED = "grant:tokens:refreshed"
GRANT_ENDED = "grant:tokens:ended"
CODE_REPLAYED = "grant:code:replayed"
REFRESH_TOKEN_REUSED = "grant:refresh_token:reused"
TOKEN_REVOKED = "grant:token:revoked"
CLIENT_REGISTERED = "client:metadata:registered"
CLIENT_CHANGED = "client:metadata:changed"
CLIENT_SECRET_ROTATED = "client:secret:rotated"
CLIENT_VERIFIED = "client:metadata:verified"
CLIENT_DISABLED = "client:access:disabled"
CLIENT_ENABLED = "client:access:enabled"
CLIENT_DELETED = "client:metadata:deleted"
LOGOUT_DELIVERED = "client:logout:delivered"
LOGOUT_GIVEN_UP = "client:logout:given_up"
MESSAGE_GIVEN_UP = "message:delivery:given_up"
INITIAL_TOKEN_ISSUED = "client:initial_token:issued"
INITIAL_TOKEN_REVOKED = "client:initial_token:revoked"
KEY_ORDERED = "key:signing:ordered"
MESSAGE_RETRIED = "message:delivery:retried"
EVIDENCE_TAKEN = "approval:evidence:taken"
KEY_CREATED = "key:signing:created"
KEY_ACTIVATED = "key:signing:activated"
KEY_RETIRED = "key:signing:retired"
BACKUP_RESTORED = "server:backup:restored"
KEY_WITHDRAWN = "key:signing:withdrawn"
KEY_COMPROMISED = "key:signing:compromised"
SEALED_AGAIN = "key:sealing:rotated"
HOLD_PLACED = "account:hold:placed"
HOLD_RELEASED = "account:hold:released"
EVIDENCE_ERASED = "account:evidence:erased"

UNTOLD = frozenset({HOLD_PLACED, HOLD_RELEASED})  # what befalls a person who is not told of it

TURNED_OVER = ("grant:tokens:",)  # how the events begin that come by the thousand, of apps alone

CATALOGUE = {
    ACCOUNT_CREATED: "An account was opened.",
    PROFILE_CHANGED: "A person changed what they are called, or their language.",
    CONTACT_CHANGED: "A person proved another e-mail address or phone to be theirs.",
    DATA_EXPORTED: "A person took a copy of all we know of them.",
    CLOSING_ASKED: "A person asked for their account to be closed.",
    CLOSING_STOPPED: "An account that was to be closed stays.",
    ACCOUNT_CLOSED: "An account was closed, and what it held of the person erased.",
    PROFILE_SEEN: "Somebody of the bank looked at a person.",
    PROFILE_OPENED: "Somebody of support said why they look at a person.",
    FIELD_SHOWN: "Somebody of the bank saw one thing of a person in clear, and said why.",
    SUPPORT_ASKED: "Somebody of support asked a person to let them read as them.",
    SUPPORT_ALLOWED: "A person let somebody of support read as them, for some minutes.",
    SUPPORT_REFUSED: "A person did not let somebody of support read as them.",
    SUPPORT_ENDED: "Nobody of support reads as a person any more.",
    SUPPORT_READ: "Somebody of support was given a token to read as a person who allowed it.",
    PEOPLE_EXPORTED: "Somebody of the bank took a list of people, masked, as a file.",
    ACCOUNT_LOCKED: "Somebody of the bank locked a person's account.",
    ACCOUNT_UNLOCKED: "Somebody of the bank let a person in again whose account was locked.",
    ACCOUNT_SIGNED_OUT: "Somebody of the bank signed a person out everywhere.",
    PASSWORD_REQUIRED: "Somebody of the bank wants another password of a person.",
    DEVICE_DISOWNED: "A person said that a sign-in was not theirs.",
    DEVICE_OWNED: "A person said that a new device is theirs.",
    DEVICE_NAMED: "A person gave a device of theirs a name.",
    ACCOUNT_REPLACED: "An account that nobody had proved made way for a new one.",
    CONTACT_PROVED: "A person showed that an address or number is theirs.",
    CONTACT_LOST: "A number is no longer proved for a person: somebody else proved it.",
    PAPER_REFUSED: "A person joined with a CPF that is somebody else's; it was not kept.",
    SIGN_UP_REFUSED: "Somebody joined with an e-mail address that has an account, and was told so.",
    RECOVERY_ASKED: "A secret was sent by which a password can be replaced.",
    PASSWORD_RESET: "A forgotten password was replaced.",
    SIGN_IN_SUCCEEDED: "A person showed all that was asked of them to sign in.",
    SIGN_IN_FAILED: "A try at signing in was refused.",
    SIGN_IN_LOCKED: "Tries at signing in reached their limit and pause.",
    PASSWORD_CHANGED: "A person's password was changed.",
    CODE_SENT: "A code was sent to a person, to show that it is them.",
    SECOND_FACTOR_REFUSED: "A try at a second factor was refused.",
    SECOND_FACTOR_LOCKED: "Tries at a second factor reached their limit and pause.",
    FACTOR_ADDED: "A person added a second factor or a passkey.",
    FACTOR_NAMED: "A person gave a passkey of theirs another name.",
    FACTOR_REMOVED: "A person's second factor or passkey was removed.",
    PASSKEY_DECLINED: "A person, invited to make a passkey, did not want one for now.",
    RECOVERY_CODES_DRAWN: "A person was given new recovery codes.",
    RECOVERY_CODE_USED: "A person showed one of their recovery codes.",
    PASSKEY_COUNT_WENT_BACK: "A passkey's counter did not grow, as with a copy of it.",
    FACTOR_RECOVERY_BEGUN: "A person who lost every factor began to wait to come back.",
    FACTOR_RECOVERY_STOPPED: "The wait of a person who lost every factor was stopped.",
    FACTOR_RECOVERY_COMPLETED: "A person came back without a factor; all of them were removed.",
    FACTOR_RECOVERY_LAPSED: "A person who waited to come back did not come in time.",
    BROWSER_REMEMBERED: "A person asked to be spared the second factor in a browser.",
    NOTICES_CHOSEN: "A person chose how they hear of their money.",
    PUSH_ADDED: "A person asked for notices in a browser.",
    PUSH_REMOVED: "Notices are no longer sent to a browser.",
    ADMINISTRATOR_ENSURED: "The first administrator's account was made.",
    ROLE_GIVEN: "A person was given a role.",
    ROLE_TAKEN: "A role was taken from a person.",
    ROLE_DEFINED: "A role was defined.",
    ROLE_CHANGED: "A role holds other permissions, for everybody who has it.",
    ROLE_DELETED: "A role was deleted, and taken from whoever had it.",
    ACT_ASKED: "What needs a second pair of eyes was asked for, and waits.",
    ACT_REFUSED: "What waited for a second pair of eyes was turned down.",
    FOUR_EYES_CHANGED: "An institution does or does not want a second pair of eyes.",
    MEMBER_ADMITTED: "A person became a member of an institution.",
    MEMBER_RELEASED: "A person is a member of an institution no more.",
    INSTITUTION_CREATED: "An institution was opened.",
    INSTITUTION_BRANDED: "An institution's pages were dressed in its name, colours or logo.",
    INSTITUTION_POLICY_CHANGED: "An institution asks otherwise for second factors.",
    INVITATION_SENT: "An address was invited to become a member of an institution.",
    INVITATION_WITHDRAWN: "An invitation to an institution was taken back.",
    SESSION_OPENED: "A browser session began.",
    SESSION_RENEWED: "A browser session was authenticated afresh.",
    SESSION_ENDED: "A browser session ended.",
    INTERACTION_CANCELLED: "A person turned an app's request down.",
    CONSENT_GIVEN: "A person allowed scopes to an app.",
    CONSENT_WITHDRAWN: "A person took back what they had allowed an app.",
    CONSENTS_EXPORTED: "Somebody of the bank took a list of what people allowed, as a file.",
    DEED_APPROVED: "A person approved a deed that the bank had described.",
    DEED_REFUSED: "A person refused a deed that the bank had described.",
    GRANT_AUTHORIZED: "An authorization code was issued to an app.",
    DEVICE_ASKED: "A device began to wait for a person elsewhere.",
    DEVICE_APPROVED: "A person allowed a device what it waited for.",
    DEVICE_DENIED: "A person turned a device down.",
    GRANT_ISSUED: "An app redeemed a code for tokens.",
    GRANT_REFRESHED: "An app turned its refresh token over.",
    GRANT_ENDED: "What an app was granted ended.",
    CODE_REPLAYED: "A code was shown a second time.",
    REFRESH_TOKEN_REUSED: "An old refresh token was shown again.",
    TOKEN_REVOKED: "An app revoked a token.",
    CLIENT_REGISTERED: "An app was registered.",
    CLIENT_CHANGED: "An app's description was replaced.",
    CLIENT_SECRET_ROTATED: "An app was given a new secret.",
    CLIENT_VERIFIED: "Somebody of ours vouched for an app that had registered itself.",
    CLIENT_DISABLED: "An app was disabled.",
    CLIENT_ENABLED: "An app was enabled again.",
    CLIENT_DELETED: "An app was removed.",
    LOGOUT_DELIVERED: "An app was told that a person's session with it is over.",
    LOGOUT_GIVEN_UP: "An app could not be told that a session is over.",
    MESSAGE_GIVEN_UP: "A message to a person could not be delivered and is not tried again.",
    INITIAL_TOKEN_ISSUED: "A token was made by which apps may register themselves.",
    INITIAL_TOKEN_REVOKED: "A token by which apps register themselves was taken back.",
    KEY_ORDERED: "Somebody of ours had a signing key turned over or withdrawn at once.",
    MESSAGE_RETRIED: "Messages that had been given up are tried again.",
    EVIDENCE_TAKEN: "Somebody of ours took a copy of what proves an answer to a deed.",
    KEY_CREATED: "A signing key was made.",
    KEY_ACTIVATED: "It was settled from when a signing key signs.",
    KEY_RETIRED: "It was settled until when a signing key signs.",
    BACKUP_RESTORED: "A backup was restored, and what may have been used since it was ended.",
    KEY_WITHDRAWN: "A signing key left the key set.",
    KEY_COMPROMISED: "A signing key was ended, for somebody else had it.",
    SEALED_AGAIN: "What other sealing keys had sealed was sealed again under the first.",
    HOLD_PLACED: "Nothing of a person may be erased, for the law.",
    HOLD_RELEASED: "What is due of a person may be erased again.",
    EVIDENCE_ERASED: "The key under which a person's approvals are kept was destroyed.",
}
