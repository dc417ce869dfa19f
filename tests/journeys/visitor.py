"""A person at a browser without JavaScript: follows links, fills in forms, keeps cookies."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import requests


def answers(url):
    """Does anybody answer at ``url`` yet?"""
    try:
        return requests.get(url, timeout=5).ok
    except requests.ConnectionError:
        return False


@dataclass
class Form:
    """One form of a page."""

    action: str
    method: str
    fields: dict = field(default_factory=dict)


@dataclass
class Page:
    """What the visitor sees: where, with which status, and what can be filled in there."""

    url: str
    status: int
    text: str
    name: str  # data-page of its body
    forms: dict  # id -> Form
    texts: dict  # id -> the text in that element, of code and strong and the like


class Reader(HTMLParser):
    """Reads the forms of a page, by id, and the text of whatever has an id and no child."""

    def __init__(self):
        super().__init__()
        self.page, self.forms, self.texts = "", {}, {}
        self._form, self._text = None, None

    def handle_starttag(self, tag, attrs):
        """A form, a field of it, or an element with an id."""
        given = dict(attrs)
        if tag == "body":
            self.page = given.get("data-page", "")
        elif tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get"))
            self.forms[given.get("id", "")] = self._form
        elif self._form and given.get("name") and _is_sent(tag, given):
            self._form.fields[given["name"]] = given.get("value", "")
        self._text = given.get("id")

    def handle_data(self, data):
        """The text right after a tag with an id."""
        if self._text:
            self.texts[self._text] = data.strip()
        self._text = None

    def handle_endtag(self, tag):
        """A form ends."""
        if tag == "form":
            self._form = None
        self._text = None


def _is_sent(tag, given):
    return tag in {"input", "button"} and (given.get("type") != "checkbox" or "checked" in given)


class Visitor:
    """Goes from page to page at one server; stops where a redirect leads elsewhere.

    app: the address an app waits at; a redirect to it is not followed but kept as ``arrived``.
    """

    def __init__(self, app=None):
        self.session = requests.Session()
        self.session.headers["Accept-Language"] = "pt-BR"
        self.app, self.arrived = app, None

    def go(self, url, method="GET", **more):
        """Open ``url`` and follow its redirects; return the :class:`Page`, or None at the app."""
        self.arrived = None
        answer = self.session.request(method, url, allow_redirects=False, timeout=20, **more)
        while answer.is_redirect:
            url = urljoin(answer.url, answer.headers["Location"])
            if self.app and url.startswith(self.app):
                self.arrived = url
                return None
            answer = self.session.get(url, allow_redirects=False, timeout=20)
        reader = Reader()
        reader.feed(answer.text)
        return Page(
            answer.url, answer.status_code, answer.text, reader.page, reader.forms, reader.texts
        )

    def send(self, page, form_id, **answers):
        """Fill in the form ``form_id`` of ``page`` and send it."""
        form = page.forms[form_id]
        assert form.method == "post"
        url = urljoin(page.url, form.action)
        return self.go(url, "POST", data=form.fields | answers)

    def sign_in(self, url, person):
        """Open ``url``; sign in and allow whatever is asked on the way; return the last page."""
        page = self.go(url)
        if page and page.name == "login":
            page = self.send(page, "login-form", username=person.email, password=person.password)
        if page and page.name == "consent":
            page = self.send(page, "consent-form")
        return page
