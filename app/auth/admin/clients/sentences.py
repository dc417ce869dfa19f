"""What is wrong with a description, in words for whoever fills it in."""

from app.auth.admin.clients import fields
from app.foundation import words

FORM = "client-form"  # where a sentence about nothing on the form leads


def beside(refusals, lines):
    """Return the sentences for ``refusals``, by the id of the field each belongs to.

    lines: of a list's members, the lines on which they stand in their field.
    """
    told = {}
    for refusal in refusals:
        plain = (refusal.member or "").partition("#")[0]
        place = plain if plain in fields.SHOWN else FORM
        sentences = told.setdefault(place, [])
        sentence = _sentence(refusal, plain, lines.get(plain, ()))
        if sentence not in sentences:
            sentences.append(sentence)
    return told


def named(refusal, lines):
    """Return the sentence for a refusal, with the name of its field."""
    member = refusal.member or ""
    sentence = _sentence(refusal, member.partition("#")[0], lines.get(member, ()))
    return words.t("admin.named", name=label(member), sentence=sentence) if member else sentence


def label(name):
    """Return what to call a member, another language's (``client_name#en``) too."""
    plain, _, language = name.partition("#")
    known = f"admin.field.{plain}"
    said = words.t(known) if words.known(known) else plain
    return f"{said} ({language})" if language else said


def _sentence(refusal, member, lines):
    own = f"metadata.{refusal.rule}_{member}"
    key = own if words.known(own) else f"metadata.{refusal.rule}"
    if not words.known(key):
        return words.t("metadata.other", member=member)
    sentence = words.t(key, member=member)
    if refusal.line is None:
        return sentence
    return words.t("metadata.line", line=lines[refusal.line - 1], sentence=sentence)
