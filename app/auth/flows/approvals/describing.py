"""A deed in words, for messages: what is to be done, how much, to whom."""

from app.foundation import words

LONGEST_NAME = 30  # characters of a payee's name that a message has room for


def sentence(deed, language):
    """Return what ``deed`` is, in ``language`` (one of ours), such as *pagar R$ 10,00 a Marina*."""
    claims = deed.claims
    with words.spoken_as(language):
        amount = words.money(claims["amount"], claims["currency"])
        payee = claims["payee"]["name"][:LONGEST_NAME]
        return words.t(f"deed.{claims['type']}.act", amount=amount, payee=payee)
