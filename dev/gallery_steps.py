"""What a visitor to the gallery does on a page: type, press, arrive."""

APP = "https://app.cofrinho.example"
PASSWORD = "corredor azul 42"
ELSEWHERE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like"
    " Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:146.0) Gecko/20100101 Firefox/146.0",
)
HERE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/141.0.0.0 Safari/537.36"
)


def email(name):
    """Return the address of a person by that name."""
    return f"{name.partition(' ')[0].lower()}@exemplo.com.br"


def fill_in(page, name, password=PASSWORD):
    """Fill in the login page that ``page`` shows."""
    page.fill("#username", email(name) if " " in name else name)
    page.fill("#password", password)


def sign_in(page, name, password=PASSWORD):
    """Fill in the login page that ``page`` shows, and send it."""
    fill_in(page, name, password)
    press(page, "#login-submit")


def press(page, button):
    """Press ``button`` and wait for the page it leads to."""
    with page.expect_navigation():
        page.click(button)


def arrive(page, button):
    """Press ``button`` and wait to be sent to the app, where nobody listens."""
    with page.expect_event("requestfailed", lambda request: request.url.startswith(APP)):
        page.click(button)
    page.wait_for_url("chrome-error:**")
