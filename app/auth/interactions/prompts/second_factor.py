"""The second factor: the right password was shown in this journey, and that is not enough.

Until the factor is shown nobody is signed in: this state is the journey's own, bound to its
browser, and no session that any other door would accept (O-08).
"""

from app.auth.interactions.prompt import Check, Prompt

HALF = "password"  # the answer that says so: whose password, which one, until when


def half_signed_in(situation):
    """A password was shown here, and not too long ago."""
    half = situation.answers.get(HALF)
    return half is not None and situation.now.timestamp() < half["until"]


PROMPT = Prompt(
    "second_factor",
    "/second-factor",
    (Check("half_signed_in", "a second factor is required", half_signed_in, "login_required"),),
)
