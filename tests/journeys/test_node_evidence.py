"""Evidence is verified in another language too, and the two verifiers agree on every vector."""

import json
import shutil
import subprocess
from pathlib import Path

import playwright
import pytest

from tests.support.marks import mission

ROOT = Path(__file__).parents[2]
VECTORS = ROOT / "vectors"
SAMPLE = ROOT / "docs" / "samples" / "verify-evidence.mjs"
INDEX = json.loads((VECTORS / "index.json").read_text())
FORMS = """
import { readFileSync } from "node:fs";
const { canonical, strict } = await import(process.argv[1]);
for (const row of JSON.parse(readFileSync("canonical.json"))) {
  let form = null;
  try { form = canonical(strict(Buffer.from(row.input))); } catch {}
  if (form !== row.canonical) console.log(row.name);
}
"""


@pytest.fixture
def node():
    """Run Node beside the vectors."""
    found = shutil.which("node") or Path(playwright.__file__).parent / "driver" / "node"

    def run(*arguments):
        return subprocess.run(
            [found, *arguments],
            cwd=VECTORS,
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )

    return run


@mission("S79")
@pytest.mark.parametrize("folder", ["good", "spoiled", "broken"])
def test_each_vector_ends_in_node_as_the_index_says(node, folder):
    for row in [row for row in INDEX if row["file"].startswith(folder)]:
        done = node(SAMPLE, row["file"], *row.get("arguments", []))
        last = done.stdout.splitlines()[-1]
        failed = {0: "ok ", 1: f"FAILED  {row.get('fails')}:", 2: "FAILED  reading:"}[row["exit"]]

        assert done.stderr == ""
        assert (done.returncode, last[: len(failed)]) == (row["exit"], failed), row


def test_node_writes_the_same_canonical_forms(node):
    done = node("--input-type=module", "-e", FORMS, SAMPLE.as_uri())

    assert (done.stdout, done.stderr) == ("", "")
