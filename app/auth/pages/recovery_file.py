"""Recovery codes as a file to keep (B07), for the page that has just shown them.

The page hands them back sealed: nothing of them is kept here, nor in an address.
"""

from flask import Response, current_app, redirect, request, url_for

from app.auth.factors import recovery_codes
from app.auth.hosted import signed_in
from app.auth.sessions import browser
from app.foundation import words

recovery_file = signed_in.door("recovery_file")


@recovery_file.post("/account/recovery-codes/file")
def download():
    """Hand them out as plain text; who comes late is led to draw new ones."""
    here = browser.presence().session_id
    codes = recovery_codes.handed_back(request.form.get("codes", ""), here)
    if codes is None:
        return redirect(url_for("security.codes"), 303)
    brand, issuer = current_app.config["BRAND_NAME"], current_app.config["ISSUER"]
    head = words.t("recovery.file_head", brand=brand, address=issuer)
    lines = [head, words.t("recovery.once"), "", *codes, ""]
    answer = Response("\r\n".join(lines), mimetype="text/plain")
    name = words.t("recovery.file_name")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
