"""What would make a password stronger, told to who just typed one (NIST SP 800-63B-4 §3.1.1.2).

Advice, not a rule: what is refused, :mod:`app.auth.accounts.passwords` says.
"""

from zxcvbn import zxcvbn

from app.foundation import words

LONGEST = 40  # characters that are looked at; the cost grows with the square, and past 72 it raises
STRONG = 3  # of 0 to 4: some 10⁸ guesses

_ADVICE = {
    "dictionary": "password.advice.dictionary",
    "spatial": "password.advice.spatial",
    "repeat": "password.advice.repeat",
    "sequence": "password.advice.sequence",
    "date": "password.advice.date",
    "regex": "password.advice.date",
}


def advice(clear, *own):
    """Return the sentence that helps most with ``clear``, or None when it is strong or empty.

    own: what the person told of themselves, which somebody would try first.
    """
    if not clear:
        return None
    found = zxcvbn(clear[:LONGEST], user_inputs=[each for each in own if each])
    if found["score"] >= STRONG:
        return None
    weakest = max(found["sequence"], key=lambda part: len(part["token"]))
    return words.t(_ADVICE.get(weakest["pattern"], "password.advice.more"))
