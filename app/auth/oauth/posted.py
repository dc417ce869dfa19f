"""A form that another site posted to a page of ours, asked again as a GET.

Our cookies are SameSite=Lax: such a post comes without them, so nobody seems to be here. What it
leads to comes with them (RFC 6265bis §5.6.7.1). The parameters survive, in the address.
"""

from urllib.parse import urlencode

from flask import redirect, request

LONGEST_QUERY = 6000  # characters; servers and proxies refuse addresses much longer


def again_as_get():
    """Return the redirect to this address with the form in its query; None when it is no post.

    None, too, when the query would be longer than :data:`LONGEST_QUERY`.
    """
    if request.method != "POST":
        return None
    pairs = [*request.args.items(multi=True), *request.form.items(multi=True)]
    query = urlencode(pairs)
    return redirect(f"{request.path}?{query}", 303) if len(query) <= LONGEST_QUERY else None
