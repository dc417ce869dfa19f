"""What the documents say exists, exists; and the sample for other languages works."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)|src=\"([^\"]+)\"")
ANCHOR = re.compile(r"\]\(((?!\w+://)[^)#\s]*)#([^)\s]+)\)")
FOLDERS = "app|dev|docs|tests|bench|migrations|templates|static|tools|vectors"
NAMED = re.compile(rf"`((?:{FOLDERS})/[\w/.-]+)`")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_and_every_file_named_in_a_document_is_there(document):
    text = document.read_text("utf-8")
    linked = ["".join(found) for found in LINK.findall(text)]
    linked = [name for name in linked if "://" not in name]

    missing = [name for name in linked if not (document.parent / name).exists()]
    missing += [name for name in NAMED.findall(text) if not (ROOT / name).exists()]

    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_heading_that_a_link_names_is_there(document):
    named = ANCHOR.findall(document.read_text("utf-8"))

    missing = [
        f"{name}#{anchor}"
        for name, anchor in named
        if (name or document.name).endswith(".md")
        and anchor not in anchors(document.parent / name if name else document)
    ]

    assert missing == []


def anchors(document):
    """Return what links to the headings of a document say, as the places that show it make them."""
    text = re.sub(r"^```.*?^```", "", document.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    found = []
    for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE):
        plain = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        found.append(f"{plain}-{found.count(plain)}" if plain in found else plain)
    return found


def test_the_licence_is_whole():
    text = (ROOT / "LICENSE").read_text()

    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text
