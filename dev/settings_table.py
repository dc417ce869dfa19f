"""``docs/settings.md`` and ``.env.example``, made from ``config.py`` and its parts.

``--check`` asks whether they are current. What a setting means stands once: in the comment on its
line.
"""

import ast
import inspect
import sys
from pathlib import Path

import config

ROOT = Path(__file__).resolve().parents[1]
TITLES = {"Common": "Both houses", "Auth": "The authorization server", "Bank": "The bank"}
INTRODUCTION = """# Settings

Read from the environment, else from `.env`, else from `instance/settings.env` (which `make run`
writes). Made from `config.py` by `make format`; change it there. A start with something missing,
malformed or unsafe is refused, and every reason is printed at once.
"""


def settings():
    """Return ``{house: [(name, type, default, words)]}``, in the order of the code."""
    found = {}
    for house in TITLES:
        kind = getattr(config, house)
        fields = kind.model_fields
        sources = [inspect.getsource(part) for part in _parts(kind)]
        found[house] = [
            _row(item, fields[item.target.id], source.splitlines())
            for source in sources
            for item in ast.parse(source).body[0].body
            if isinstance(item, ast.AnnAssign) and item.target.id.isupper()
        ]
    return found


def document(found):
    """Return the text of ``docs/settings.md``."""
    parts = [INTRODUCTION]
    for house, rows in found.items():
        parts.append(f"\n## {TITLES[house]}\n\n| name | type | default | |\n|---|---|---|---|")
        for name, kind, default, words in rows:
            shown = f"`{default}`" if default != "" else ""
            parts.append(f"| `{name}` | {kind} | {shown} | {words} |")
    return "\n".join(parts) + "\n"


def example(found):
    """Return the text of ``.env.example``: every setting, commented out, at its default."""
    parts = ["# Copy to .env and uncomment what you change. What each means: docs/settings.md"]
    for house, rows in found.items():
        parts.append(f"\n# {TITLES[house]}")
        parts += [f"# {name}={default}" for name, _, default, _ in rows]
    return "\n".join(parts) + "\n"


def main():
    """Write both files, or with ``--check`` say which is out of date and exit 1."""
    found = settings()
    files = {"docs/settings.md": document(found), ".env.example": example(found)}
    stale = []
    for name, text in files.items():
        file = ROOT / name
        if not file.exists() or file.read_text() != text:
            stale.append(name)
            if "--check" not in sys.argv:
                file.parent.mkdir(exist_ok=True)
                file.write_text(text)
    if stale and "--check" in sys.argv:
        sys.exit(f"Out of date: {', '.join(stale)}. Run `make format`.")


def _parts(kind):
    """The classes that hold the settings of ``kind``: its own, less what both houses share."""
    shared = () if kind is config.Common else config.Common.__mro__
    ours = [each for each in kind.__mro__ if each.__module__.startswith("config")]
    return [each for each in ours if each not in shared]


def _row(item, field, lines):
    kind = ast.unparse(item.annotation).replace("|", "\\|")
    kind = kind.removeprefix("Literal[").removesuffix("]").replace("'", "`").replace("``", "empty")
    words = []
    for number in range(item.lineno, item.end_lineno + 1):
        words.append(lines[number - 1].partition("  # ")[2])
    limits = ", ".join(_limit(one) for one in field.metadata)
    words = "; ".join(part for part in (" ".join(filter(None, words)), limits) if part)
    return item.target.id, kind, field.default, words


def _limit(one):
    for sign, name in (("at least", "ge"), ("at most", "le"), ("shaped", "pattern")):
        if getattr(one, name, None) is not None:
            return f"{sign} {getattr(one, name)}"
    return str(one)


if __name__ == "__main__":
    main()
