"""Choose a new password: the one in use was handed out (the initial administrator's)."""

from app.auth.interactions.prompt import Check, Prompt


def handed_out(situation):
    """The password in use must be changed before anything else."""
    return situation.presence.must_change_password


PROMPT = Prompt(
    "new_password",
    "/new-password",
    (Check("handed_out", "a new password is required", handed_out, "interaction_required"),),
)
