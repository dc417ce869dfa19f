"""The pages of the tour: one route a deed, one page a step, no script anywhere."""

import secrets
from urllib.parse import parse_qsl, urlsplit

import httpx
import segno
from flask import Blueprint, abort, redirect, render_template, request, url_for
from markupsafe import Markup

from dev.demo import record, steps, words
from dev.demo.money import errands, evidence, orders
from dev.demo.relying_party import Declined, Refused
from dev.demo.visits import Shown, visits

SMALL = ("userinfo", "balance", "transfer")
DEEDS = steps.DEEDS | {"evidence": evidence.check}
ORDER = ("start", "tokens", *SMALL, *orders.KINDS, "atm", "evidence")
ORDER += (*(step for step in steps.DEEDS if step not in SMALL), "sign_out")
PAGES = dict.fromkeys(orders.KINDS, "money") | {"tokens": "tokens", "sign_out": "sign_out"}
PAGES |= {"evidence": "evidence"}

pages = Blueprint(
    "demo", __name__, template_folder="templates", static_folder="static", static_url_path="/static"
)


@pages.app_context_processor
def _within():
    return {
        "visit": visits().here(),
        "order": ORDER,
        "payee": steps.demo().payee,
        "friend": steps.demo().friend,
        "sample_bill": orders.sample_bill,
        "carriers": orders.CARRIERS,
        "operated": evidence.operator().command,
        "qr": qr,
        "issuer": steps.demo().client.issuer,
        "t": words.say,
        "meaning": words.meaning,
        "moment": words.moment,
        "money": words.money,
        "plain": words.plain,
        "opened": record.opened,
        "short": record.short,
        "language": words.language(),
        "languages": words.LANGUAGES,
    }


@pages.before_app_request
def come_by_our_name():
    """Lead a browser that came by another name (127.0.0.1) to ours: cookies belong to a name."""
    ours = urlsplit(steps.demo().client.redirect_uri).netloc
    if request.method == "GET" and request.host != ours:
        return redirect(urlsplit(request.url)._replace(netloc=ours).geturl())
    return None


@pages.before_app_request
def check_form():
    """Refuse a form that this app did not give to this browser (CSRF)."""
    if request.method == "POST":
        given = request.form.get("form_token", "")
        if not secrets.compare_digest(given.encode(), visits().here().form_token.encode()):
            abort(400, "form_token")


@pages.get("/")
def start():
    """Say what this is; one button. The person comes back here after signing out."""
    visit = visits().here()
    left = bool(visit.leaving) and request.args.get("state") == visit.leaving
    if left:
        visits().restart()
    return render_template("demo/start.html", step="start", left=left)


@pages.post("/sign-in")
def sign_in():
    """Send the browser to sign in."""
    exchanges = record.begin()
    pending = steps.demo().client.begin(steps.SCOPE, ui_locales=words.language())
    visits().here().wait_for(pending, exchanges)
    return redirect(pending.url, 303)


@pages.get("/callback")
def callback():
    """Take the answer of the sign-in, check it, and trade the code for tokens."""
    visit, exchanges = visits().here(), record.begin()
    begun = visit.came_back(request.args.get("state", ""))
    if begun is None:
        raise Refused("no sign-in of this browser waits for this state")
    pending, before, step = begun
    if step != "tokens":
        errands.come_back(step, visit, pending, request.args)
        return redirect(url_for("demo.show", step=step), 303)
    visit.tokens = steps.demo().client.finish(pending, request.args)
    asked = dict(parse_qsl(urlsplit(pending.url).query))
    facts = {"asked": asked, "asked_at": pending.url, "answered": request.args.to_dict()}
    visit.shown = {"tokens": Shown(before + exchanges, facts)}
    visits().renew()
    return redirect(url_for("demo.show", step="tokens"), 303)


@pages.get("/<step>")
def show(step):
    """Show a step: why it is there, and what happened when it was last done."""
    step = step.replace("-", "_")
    visit = visits().here()
    if step not in ORDER[1:]:
        abort(404)
    if visit.tokens is None:
        return redirect(url_for("demo.start"), 303)
    name = PAGES.get(step, "step")
    return render_template(f"demo/{name}.html", step=step, shown=visit.shown.get(step))


@pages.post("/<step>")
def do(step):
    """Do a step and come back to its page, so that a reload repeats nothing."""
    if step not in DEEDS and step not in orders.KINDS:
        abort(404)
    visit = visits().here()
    if visit.tokens is not None and step in orders.KINDS:
        errands.order(step, visit, request.form)
    elif visit.tokens is not None:
        steps.take(step, DEEDS[step], visit, request.form)
    return redirect(url_for("demo.show", step=step), 303)


@pages.post("/sign-out")
def sign_out():
    """Send the browser to sign out at the server as well."""
    visit = visits().here()
    record.begin()
    visit.leaving = secrets.token_urlsafe(24)
    back_to = urlsplit(steps.demo().client.redirect_uri)._replace(path=url_for("demo.start"))
    hint = visit.tokens.id_token if visit.tokens else ""
    return redirect(steps.demo().client.sign_out_url(hint, back_to.geturl(), visit.leaving), 303)


@pages.app_errorhandler(Refused)
def refused(problem):
    """An answer we do not believe: say so, and do nothing with it."""
    return _stop("refused", 400, detail=str(problem))


@pages.app_errorhandler(Declined)
def declined(problem):
    """The server or the person said no."""
    return _stop("declined", 400, detail=f"{problem.error} {problem.description}".strip())


@pages.app_errorhandler(httpx.HTTPError)
def unreachable(problem):
    """The server cannot be reached, or does not answer as a server should."""
    return _stop("unreachable", 502, detail=str(problem))


@pages.app_errorhandler(400)
@pages.app_errorhandler(404)
@pages.app_errorhandler(405)
@pages.app_errorhandler(413)
def wrong(problem):
    """Nothing here, or a form that is not ours."""
    return _stop("missing" if problem.code == 404 else "form", problem.code, detail="")


def qr(payload):
    """Return ``payload`` as a QR code to put in a page: SVG, drawn here, of nobody's markup."""
    code = segno.make(payload, error="m", micro=False)
    return Markup(code.svg_inline(border=4, dark="#000", light="#fff", omitsize=True))  # noqa: S704 (squares)


def _stop(key, status, detail):
    page = render_template("demo/error.html", step="error", key=key, detail=detail)
    return page, status
