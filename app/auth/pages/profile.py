"""One's own personal data: what one is called, what papers say, which language to speak."""

from flask import current_app, redirect, request, url_for

from app.auth.accounts import lookup, papers
from app.auth.factors import signals
from app.auth.flows.account import profile
from app.auth.hosted import forms, signed_in
from app.auth.sessions import browser
from app.foundation import masks, words

data = signed_in.door("account_profile")

TOLD = {  # ?done= → message
    "saved": "profile.saved",
    "email": "contact.done_email",
    "phone": "contact.done_phone",
}


@data.get("/account/profile")
def show():
    """Show the person's data; what papers say cannot be changed here."""
    user = _user()
    values = {"full_name": user.full_name or "", "nickname": profile.nickname(user) or ""}
    values |= {"locale": words.best(user.locale) or words.locale(), "theme": user.theme}
    told = TOLD.get(request.args.get("done"))
    return forms.page("profile", told=told and words.t(told), **_page(user, values))


@data.post("/account/profile")
def change():
    """Keep what was changed, and speak the language chosen from now on."""
    user = _user()
    form = forms.read(full_name=None, nickname=None, locale=None, theme=None)
    values = form.values | {"locale": words.best(form.values["locale"]) or words.locale()}
    told = {"name": values["full_name"], "nickname": values["nickname"]}
    told |= {"locale": values["locale"], "theme": values["theme"]}
    try:
        profile.change(user.id, **told)
    except profile.Refused as problem:
        wrong = {problem.field: words.t(problem.key)}
        return forms.again("profile", problem, errors=wrong, **_page(user, values))
    return redirect(url_for(".show", done="saved", ui_locales=values["locale"]), 303)


def _user():
    return lookup.by_id(browser.presence().user_id)


def _page(user, values):
    phone = papers.read(user, "phone")
    return {
        "values": values,
        "signals": signals.of(user),
        "may_rename": profile.may_rename(user),
        "born": user.birth_date and words.day(user.birth_date),
        "cpf": profile.masked_cpf(user),
        "email": masks.email(user.email),
        "email_proved": user.email_verified_at is not None,
        "phone": phone and masks.phone(phone),
        "phone_proved": user.phone_verified_at is not None,
        "spoken": words.every_language(),
        "themes": profile.THEMES,
        "support": current_app.config["SUPPORT_CONTACT"] or words.t("support.channel"),
        **signed_in.page(),
    }
