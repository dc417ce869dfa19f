"""``docs/asvs.md``: what proves each row of OWASP ASVS 5.0.0 that applies.

Made from ``tests/asvs.toml`` and the marks, without running a test:
``python -m tests.support.asvs_table``; with ``--check`` it only says whether the file is current.
"""

import re
import tomllib
from collections import Counter
from functools import cache

from tests.support import coverage_table
from tests.support.coverage_table import ROOT

FILE = ROOT / "docs" / "asvs.md"
ROWS = ROOT / "tests" / "asvs.toml"
MEMBERS = {"level", "gist", "lines", "reason", "open"}
INTRODUCTION = """# OWASP ASVS 5.0.0, row by row

Made by `make format` from `tests/asvs.toml` and the marks on the tests. We promise every row of
level 1 and 2, and these of level 3, which a bank takes for granted: {too}.
The other rows of level 3 are stated, not promised.

Each row names what proves it: tests; or a line of code or of a document, which a test looks up; or
a reason in words. Binding are the standard's own words; the gists are ours. {counts}
"""


@cache
def stated():
    """Return what ``tests/asvs.toml`` says: chapters, promised, absent and rows."""
    return tomllib.loads(ROWS.read_text("utf-8"))


def rows():
    """Return ``{id: row}`` of the rows that apply, in the standard's order."""
    return stated()["rows"]


def promised(name):
    """Is the row one that we promise?"""
    return rows()[name]["level"] < 3 or name in stated()["promised"]


def faults(proofs):
    """Yield what is wrong with the table: a row that nothing proves, a line that is not there."""
    for name in sorted(proofs.keys() - rows().keys()):
        yield f"{name}: a test names it, and it is no row that applies"
    for name, row in rows().items():
        yield from (f"{name}: {member}?" for member in row.keys() - MEMBERS)
        yield from (
            f"{name}: not found: {line}" for line in row.get("lines", ()) if not there(line)
        )
        yield from (f"{name}: no page {page}" for page in _pages(row) if not (ROOT / page).exists())
        if not proofs.get(name) and not row.keys() & {"lines", "reason", "open"}:
            yield f"{name}: neither test nor line nor reason"
        if row.get("reason", "").startswith("not promised") and promised(name):
            yield f"{name}: promised, and its reason says that it is not"


def there(line):
    """Does the file of a line, ``path: words``, exist and hold the words?"""
    path, _, words = line.partition(": ")
    file = ROOT / path
    return bool(words) and file.is_file() and _flat(words) in _flat(file.read_text("utf-8"))


def document(proofs):
    """Return the text of the table."""
    parts = [INTRODUCTION.format(too=", ".join(stated()["promised"]), counts=_counts(proofs))]
    parts.append("\n## Open\n")
    parts += [f"- **{name}** {row['gist']}: {row['open']}" for name, row in _open()] or ["None."]
    for number, title in stated()["chapters"].items():
        parts.append(f"\n## V{number} {title}\n\n| | L | | proved by |\n|---|---|---|---|")
        parts += [_row(n, r, proofs) for n, r in rows().items() if n.startswith(f"{number}.")]
    parts.append("\n## What does not apply\n\n| | why |\n|---|---|")
    parts += [f"| {names} | {why} |" for names, why in stated()["absent"].items()]
    return "\n".join(parts) + "\n"


def kind(name, proofs):
    """Return what a row stands on: ``open``, ``tests``, ``lines`` or ``reason``."""
    row = rows()[name]
    if "open" in row:
        return "open"
    return "tests" if proofs.get(name) else "lines" if "lines" in row else "reason"


def main():
    """Write the file, or with ``--check`` exit 1 when it is out of date."""
    coverage_table.keep(FILE, document(coverage_table.found()["asvs"]))


def _row(name, row, proofs):
    told = [coverage_table.listed(proofs[name])] if proofs.get(name) else []
    told += ["`{}`: {}".format(*line.split(": ", 1)) for line in row.get("lines", ())]
    told += [row[member] for member in ("reason", "open") if member in row]
    cells = [name, str(row["level"]), row["gist"], "<br>".join(told)]
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _counts(proofs):
    kinds = Counter(kind(name, proofs) for name in rows())
    return (
        f"Of {len(rows())} rows that apply, {kinds['tests']} have tests, {kinds['lines']} a line, "
        f"{kinds['reason']} a reason, and {kinds['open']} are open."
    )


def _open():
    return [(name, row) for name, row in rows().items() if "open" in row]


def _pages(row):
    return re.findall(r"\bdocs/[a-z0-9/-]+\.md", row.get("reason", ""))


def _flat(text):
    return " ".join(text.split())


if __name__ == "__main__":
    main()
