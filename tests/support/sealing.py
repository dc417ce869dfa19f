"""Sealing keys that turn: the settings of each stage, and what hangs on them."""

import ast
from pathlib import Path

OLD = "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
NEW = "k2:ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8="
STAGES = {"old": OLD, "both": f"{NEW},{OLD}", "new": NEW}
APP = Path(__file__).parents[2] / "app"


def sealed_columns(metadata):
    """Return ``table.column`` of each column that says it holds an envelope."""
    return {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if column.name.endswith("_sealed")
    }


def purposes(*rooms):
    """Return every purpose that code in ``rooms`` derives a key for, and what is no plain text."""
    found, odd = set(), set()
    for room in rooms:
        path = APP / room
        for file in path.rglob("*.py") if path.is_dir() else [path]:
            tree = ast.parse(file.read_text("utf-8"))
            for node in ast.walk(tree):
                name = getattr(getattr(node, "func", None), "attr", None)
                if isinstance(node, ast.Call) and name in {"derive", "derive_each"}:
                    said = _text(node.args[0], tree)
                    if said is None:
                        odd.add(f"{file.relative_to(APP)}: {ast.unparse(node.args[0])}")
                    else:
                        found.add(said)
    return found, odd


def _text(node, tree):
    if isinstance(node, ast.Constant):
        return node.value
    for line in tree.body:
        if isinstance(line, ast.Assign) and isinstance(node, ast.Name):
            for target in line.targets:
                if isinstance(target, ast.Name) and target.id == node.id:
                    return line.value.value
    return None
