"""The first page: what stands at this address, and where to go from it."""

from flask import current_app

from app.auth.hosted import forms, shell

welcome = shell.door("welcome")


@welcome.get("/")
def show():
    """Lead a person to their account, and a developer to what an app needs to know."""
    config = current_app.config
    demo = config["APP_ENV"] == "development"
    return forms.page("welcome", issuer=config["ISSUER"], demo=demo)
