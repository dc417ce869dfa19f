"""What is said of a refusal is a fixed sentence of plain characters (RFC 6749 §5.2)."""

import ast
from pathlib import Path

import pytest

from app.auth.interactions import policy
from app.auth.oauth import errors
from tests.support import steps
from tests.support.marks import behaviour

OAUTH = Path(errors.__file__).parent


def sentences():
    """Every sentence written in the protocol's modules as the argument or field of an error."""
    for file in sorted(OAUTH.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            named = isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "description"
            raised = isinstance(node, ast.Call) and ast.unparse(node.func).startswith("errors.")
            parts = [node.value] if named else node.args if raised else []
            yield from (p.value for p in parts if isinstance(p, ast.Constant))


@behaviour(56)
@pytest.mark.parametrize("sentence", sorted({s for s in sentences() if isinstance(s, str)}))
def test_every_sentence_about_a_refusal_is_plain(sentence):
    steps.assert_plain(sentence)
    assert "{" not in sentence


@behaviour(56)
def test_every_reason_to_stop_is_plain():
    for prompt in policy.FOR_AUTHORIZE:
        for check in prompt.checks:
            steps.assert_plain(check.description)
            assert check.description[0].islower()
