"""What a visitor to the gallery does on a page: type, press, arrive."""

APP = "https://app.cofrinho.example"
PASSWORD = "corredor azul 42"


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
