"""Every blueprint, one line each: the map of every URL."""

from app.auth.admin.approvals.desk import desk
from app.auth.admin.clients.deeds import deeds
from app.auth.admin.clients.listing import listing
from app.auth.admin.clients.registering import registering
from app.auth.admin.consents.pages import consents
from app.auth.admin.dashboard.pages import dashboard
from app.auth.admin.deeds.pages import deeds as answers
from app.auth.admin.institutions.belonging import belonging
from app.auth.admin.institutions.dressing import dressing
from app.auth.admin.institutions.inviting import inviting
from app.auth.admin.institutions.listing import listing as institutions
from app.auth.admin.institutions.opening import opening
from app.auth.admin.institutions.preview import preview
from app.auth.admin.institutions.second_step import second_step
from app.auth.admin.institutions.two_people import two_people
from app.auth.admin.keys.pages import keys
from app.auth.admin.messages.pages import messages
from app.auth.admin.people.acting import acting as person_acting
from app.auth.admin.people.apps import apps as person_apps
from app.auth.admin.people.deeds import deeds as person_deeds
from app.auth.admin.people.factors import factors as person_factors
from app.auth.admin.people.listing import listing as people_listing
from app.auth.admin.people.reasons import reasons as people_reasons
from app.auth.admin.places import home
from app.auth.admin.record.growth import growth
from app.auth.admin.record.pages import record
from app.auth.admin.roles.defining import defining
from app.auth.admin.roles.granting import granting
from app.auth.admin.roles.grid import grid
from app.auth.admin.standing.health import health
from app.auth.admin.standing.scopes import scopes
from app.auth.admin.standing.settings import settings
from app.auth.api.auth import auth
from app.auth.api.coinpay import coinpay
from app.auth.api.introspection import introspection
from app.auth.api.login import api_login
from app.auth.api.password import api_password
from app.auth.api.renewal import renewal
from app.auth.api.reset_password import reset_password
from app.auth.api.signup import signup
from app.auth.api.two_factor import two_factor
from app.auth.api.verification_token import verification_token
from app.auth.internal.notices import internal_notices
from app.auth.internal.people import internal_people
from app.auth.oauth.endpoints.authorize import authorize
from app.auth.oauth.endpoints.details import details
from app.auth.oauth.endpoints.device import device_authorization, device_return
from app.auth.oauth.endpoints.discovery import discovery
from app.auth.oauth.endpoints.introspect import introspect
from app.auth.oauth.endpoints.jwks import jwks
from app.auth.oauth.endpoints.logout import logout as end_session
from app.auth.oauth.endpoints.par import par
from app.auth.oauth.endpoints.register import register
from app.auth.oauth.endpoints.revoke import revoke
from app.auth.oauth.endpoints.token import token
from app.auth.oauth.endpoints.userinfo import userinfo
from app.auth.pages.account import account
from app.auth.pages.activity import activity
from app.auth.pages.apps import apps
from app.auth.pages.branding import branding
from app.auth.pages.code_factor import code_factor
from app.auth.pages.consent import consent
from app.auth.pages.contact import contact
from app.auth.pages.device import device
from app.auth.pages.enrolment import enrolment
from app.auth.pages.explain import explain, explain_to_developers
from app.auth.pages.helped import helped
from app.auth.pages.invitation import invitation
from app.auth.pages.login import login
from app.auth.pages.logos import logos
from app.auth.pages.logout import logout
from app.auth.pages.lost_factors import lost_factors
from app.auth.pages.mailbox import mailbox
from app.auth.pages.membership import joining, membership
from app.auth.pages.money import money
from app.auth.pages.new_password import new_password
from app.auth.pages.notices import account_notices
from app.auth.pages.own_devices import own_devices
from app.auth.pages.passkeys import passkeys
from app.auth.pages.password import password
from app.auth.pages.payment import payment
from app.auth.pages.privacy import closed, privacy
from app.auth.pages.privacy import deeds as privacy_deeds
from app.auth.pages.profile import data
from app.auth.pages.push import push, worker
from app.auth.pages.recovery import recovery
from app.auth.pages.recovery_file import recovery_file
from app.auth.pages.registration import registration
from app.auth.pages.second_factor import second_factor
from app.auth.pages.security import security
from app.auth.pages.start import start
from app.auth.pages.step_up import step_up
from app.auth.pages.stopping import stopping
from app.auth.pages.strangers import strangers
from app.auth.pages.verification import verification
from app.auth.pages.welcome import welcome

PROTOCOL = (
    authorize,
    par,
    token,
    introspect,
    revoke,
    userinfo,
    jwks,
    discovery,
    details,
    register,
    device_authorization,
    device_return,
    end_session,
)
PAGES = (
    welcome,
    login,
    second_factor,
    lost_factors,
    stopping,
    step_up,
    enrolment,
    invitation,
    registration,
    verification,
    recovery,
    new_password,
    consent,
    payment,
    device,
    logout,
    account,
    data,
    contact,
    password,
    apps,
    activity,
    account_notices,
    money,
    strangers,
    own_devices,
    helped,
    privacy,
    privacy_deeds,
    closed,
    security,
    recovery_file,
    code_factor,
    passkeys,
    push,
    worker,
    logos,
    branding,
    membership,
    joining,
    start,
    explain,
)
INSTITUTIONS = (
    institutions,
    opening,
    dressing,
    preview,
    second_step,
    two_people,
    belonging,
    inviting,
)
ADMIN = (
    home,
    dashboard,
    record,
    growth,
    listing,
    people_listing,
    person_deeds,
    person_factors,
    person_apps,
    people_reasons,
    person_acting,
    registering,
    deeds,
    grid,
    defining,
    granting,
    desk,
    *INSTITUTIONS,
    consents,
    answers,
    keys,
    messages,
    scopes,
    settings,
    health,
)
INTERNAL = (internal_people, internal_notices)  # for services of ours
DOCUMENTS = {  # by number: one that several documents have is open for any of them
    "001": (coinpay, renewal),
    "002": (signup, api_login, api_password),
    "004": (auth, renewal, introspection, two_factor, reset_password, verification_token),
}
IN_DEVELOPMENT = (explain_to_developers, mailbox)


def open_all(app):
    """Register every door. Each blueprint writes its whole paths itself.

    ``REGISTRATION=off``, ``SIGN_UP=off`` and a document that ``LEGACY_DOCUMENTS`` leaves out leave
    their own shut: nothing answers there, nor is it in the metadata.
    """
    shut = set() if app.config["APP_ENV"] == "development" else {*IN_DEVELOPMENT}
    if app.config["REGISTRATION"] == "off":
        shut.add(register)
    if app.config["SIGN_UP"] == "off":
        shut.add(registration)
    served = app.config["LEGACY_DOCUMENTS"].split(",")
    documents = dict.fromkeys(each for number in served for each in DOCUMENTS.get(number, ()))
    for blueprint in (*PROTOCOL, *PAGES, *ADMIN, *INTERNAL, *documents, *IN_DEVELOPMENT):
        if blueprint not in shut:
            app.register_blueprint(blueprint)
