"""``docs/coverage.md``: which test proves which clause, attack, behaviour and row of the mission.

Made from the marks, without running a test: ``python -m tests.support.coverage_table``; with
``--check`` it only says whether the file is current.
"""

import ast
import re
import sys
import tomllib
from collections import defaultdict
from pathlib import Path

from tests.support.marks import MARKS

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docs" / "coverage.md"
ASKED = ROOT / "tests" / "mission.toml"
REASONS = ROOT / "tests" / "mission_reasons.toml"
TITLES = {
    "rfc": "Specifications",
    "abuse": "Attacks",
    "behaviour": "Protocol behaviours",
}
INTRODUCTION = """# What the tests prove

Made from the marks on the tests by `make format`. Each line: the clause, attack, behaviour or row,
and the tests that carry it. Every row of the mission is here: one without a test says what it waits
for.
"""


def found():
    """Return ``{mark: {what: {test}}}`` for every mark in ``tests/``."""
    proofs = {mark: defaultdict(set) for mark in MARKS}
    for file in sorted((ROOT / "tests").rglob("test_*.py")):
        tree = ast.parse(file.read_text())
        whole = [node.value for node in tree.body if _marks_the_file(node)]
        for node, inherited in _tests(tree.body, whole):
            for mark, what in _named([*inherited, *node.decorator_list]):
                proofs[mark][what].add(f"{file.relative_to(ROOT / 'tests')}::{node.name}")
    return proofs


def asked():
    """Return ``{row: words}`` of the mission, in its order."""
    return tomllib.loads(ASKED.read_text("utf-8"))


def awaited():
    """Return ``{row: what it waits for}`` of the rows of the mission that have no test yet."""
    groups = tomllib.loads(REASONS.read_text("utf-8"))["waits"]
    return {row: group["for"] for group in groups for row in group["rows"]}


def document(proofs):
    """Return the text of the table."""
    parts = [INTRODUCTION]
    for mark, title in TITLES.items():
        parts.append(f"\n## {title}\n\n| | tests |\n|---|---|")
        for what in sorted(proofs[mark], key=_natural):
            parts.append(f"| {what} | {listed(proofs[mark][what])} |")
    parts.append("\n## Mission\n\n| | what it asks | tests |\n|---|---|---|")
    parts += _mission(proofs["mission"])
    return "\n".join(parts) + "\n"


def main():
    """Write the file, or with ``--check`` exit 1 when it is out of date."""
    keep(FILE, document(found()))


def keep(file, text):
    """Write ``text`` to ``file``, or with ``--check`` exit 1 when it says something else."""
    if file.exists() and file.read_text("utf-8") == text:
        return
    if "--check" in sys.argv:
        sys.exit(f"Out of date: {file.relative_to(ROOT)}. Run `make format`.")
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, "utf-8")


def listed(tests):
    """Return tests as one cell of a table."""
    return "<br>".join(sorted(tests))


def _mission(proofs):
    later = awaited()
    for row, words in asked().items():
        proved = listed(proofs[row]) if row in proofs else f"*later, with {later.get(row, '')}*"
        yield f"| {row} | {words} | {proved} |"


def _tests(body, inherited):
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from _tests(node.body, [*inherited, *node.decorator_list])
        elif isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node, inherited


def _marks_the_file(node):
    return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark"


def _named(decorators):
    for call in (node for decorator in decorators for node in ast.walk(decorator)):
        name = ast.unparse(call.func).rpartition(".")[2] if isinstance(call, ast.Call) else ""
        if name not in MARKS:
            continue
        values = [str(item.value) for item in call.args if isinstance(item, ast.Constant)]
        if name == "rfc":
            number = f"RFC {values[0]}" if values[0].isdigit() else values[0]
            values = [" §".join([number, *values[1:]])]
        for value in values:
            yield name, value


def _natural(text):
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", text)]


if __name__ == "__main__":
    main()
