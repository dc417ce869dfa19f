"""CSV as spreadsheets in Brazil open it by a double click.

Semicolons between fields, because the comma is the decimal mark there; UTF-8 with a mark that
says so. A text that a spreadsheet could take for a formula gets an apostrophe before it (OWASP,
CSV Injection; ASVS 1.2.10).
"""

import csv
import io

MEDIA = "text/csv"
MARK = "\ufeff"  # at the beginning of the file

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def plain(text):
    """Return ``text`` so that no spreadsheet takes it for a formula."""
    dangerous = text.lstrip().startswith(_FORMULA) or text[:1] in {"\t", "\r", "\n"}
    return f"'{text}" if text and dangerous else text


def lines(rows):
    """Return ``rows`` of fields as lines of text; fields of people went through :func:`plain`."""
    written = io.StringIO()
    csv.writer(written, delimiter=";", lineterminator="\r\n").writerows(rows)
    return written.getvalue()
