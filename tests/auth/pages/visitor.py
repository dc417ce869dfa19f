"""A person at a browser without scripts: opens pages, fills forms in by id, follows redirects."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

HTML = {"Accept": "text/html"}
CALLBACK = "https://app.cofrinho.example/callback"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"  # RFC 7636 appendix B


class Page(HTMLParser):
    """What came back: its forms by id, its elements by id, its text."""

    def __init__(self, answer, address):
        super().__init__()
        self.status = answer.status_code
        self.headers = answer.headers
        self.address = address
        self.html = answer.text
        self.forms, self.elements, self.links, self.words = {}, {}, [], []
        self.name = None
        self._form = self._area = self._select = None
        self.feed(self.html)
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.elements[attrs.get("id")] = attrs | {"tag": tag}
        if tag == "body":
            self.name = attrs["data-page"], attrs["data-state"]
        if tag == "form":
            self._form = {"action": attrs.get("action"), "fields": {}}
            self.forms[attrs.get("id")] = self._form
        if tag in {"input", "button"} and self._form is not None and "name" in attrs:
            self._fill(attrs["name"], attrs.get("value", ""), attrs)
        if tag == "textarea" and self._form is not None:
            self._area = attrs["name"]
            self._form["fields"][self._area] = ""
        if tag == "select" and self._form is not None:
            self._select = attrs["name"]
        if tag == "option" and self._select and "selected" in attrs:
            self._form["fields"][self._select] = attrs["value"]
        if tag == "option" and self._select and self._form:
            self._form["fields"].setdefault(self._select, attrs["value"])
        if tag == "a":
            self.links.append(attrs.get("href"))

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        if tag == "textarea":
            self._area = None
        if tag == "select":
            self._select = None

    def handle_data(self, data):
        if self._area:
            self._form["fields"][self._area] += data
        self.words.append(data)

    def _fill(self, name, value, attrs):
        """A box that is not ticked is not sent; of several of a name, each that is."""
        fields = self._form["fields"]
        if attrs.get("type") == "radio":
            if "checked" in attrs:
                fields[name] = value
        elif attrs.get("type") != "checkbox":
            fields[name] = value
        elif "checked" in attrs:
            fields[name] = [*fields.get(name, []), value]


class Visitor:
    """One browser of one person, at one application."""

    def __init__(self, app, **headers):
        self.client = app.test_client()
        self.headers = HTML | headers

    def open(self, address):
        """Open ``address`` and follow redirects of ours; an address elsewhere ends the walk."""
        return self._follow(self.client.get(address, headers=self.headers), address)

    def submit(self, page, form, origin=None, **typed):
        """Send ``form`` of ``page`` with what it holds and what was ``typed``."""
        found = page.forms[form]
        fields = {**found["fields"], **typed}
        fields = {name: value for name, value in fields.items() if value is not None}
        address = found["action"] or page.address
        headers = self.headers | ({"Origin": origin} if origin else {})
        return self._follow(self.client.post(address, data=fields, headers=headers), address)

    def sign_in(self, page, username, password="corredor azul 42"):
        """Fill in the login page."""
        return self.submit(page, "login-form", username=username, password=password)

    def show_notices(self, address):
        """Turn notices on here, as the script does once the browser gave it ``address``."""
        return self.submit(self.open("/account/security"), "push-form", **address)

    def device_code(self):
        """Let a television ask; return the code it shows."""
        form = {"client_id": "tv", "scope": "openid wallet:read"}
        return self.client.post("/oauth/device_authorization", data=form).json["user_code"]

    def type_code(self, code):
        """Type what a device shows."""
        return self.submit(self.open("/device"), "device-form", user_code=code)

    def _follow(self, answer, address):
        while answer.status_code == 303:
            address = answer.headers["Location"]
            if urlsplit(address).netloc:
                break
            answer = self.client.get(address, headers=self.headers)
        return Page(answer, address)


def asking(**more):
    """The address by which the app asks for a sign-in."""
    asked = {
        "client_id": "cofrinho",
        "redirect_uri": CALLBACK,
        "response_type": "code",
        "scope": "openid profile wallet:read",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        "state": "s",
    }
    return "/oauth/authorize", asked | more
