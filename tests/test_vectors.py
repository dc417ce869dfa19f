"""What the verifier of evidence says of every test vector, and of every letter that is changed."""

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.marks import abuse, mission, rfc
from vectors import make

ROOT = Path(__file__).parents[1]
VECTORS = ROOT / "vectors"
TOOL = ROOT / "tools" / "verify_evidence.py"
INDEX = json.loads((VECTORS / "index.json").read_text())


def of(row):
    """Return a row's name in a report."""
    return " ".join([row["file"], *row.get("arguments", [])])[:60]


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    """The verifier alone in a folder, as an auditor has it."""
    return shutil.copy(TOOL, tmp_path_factory.mktemp("auditor") / "verify-evidence")


@pytest.fixture(scope="module")
def verifier():
    """The verifier as a module, for what is asked of it many times."""
    spec = importlib.util.spec_from_file_location("verify_evidence", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def run(copied):
    """Run the verifier's file alone, where nothing of ours can be imported."""

    def verify(path, *arguments):
        command = [sys.executable, "-I", copied, path, *arguments]
        return subprocess.run(
            command, cwd=VECTORS, capture_output=True, text=True, timeout=20, check=False
        )

    return verify


@mission("S79")
@abuse("F-13")
@rfc("8785", "3.2")
@pytest.mark.parametrize("row", INDEX, ids=of)
def test_each_vector_ends_as_the_index_says(run, row):
    done = run(row["file"], *row.get("arguments", []), "--json")

    assert done.stderr == ""
    told = json.loads(done.stdout)
    failed = [check["check"] for check in told["checks"] if not check["ok"]]
    assert done.returncode == row["exit"]
    assert told["valid"] is (row["exit"] == 0)
    assert failed == ({0: [], 1: [row.get("fails")], 2: ["reading"]}[row["exit"]])


def test_the_vectors_are_those_that_their_script_makes():
    made = make.all_files()
    kept = {path.relative_to(VECTORS).as_posix() for path in VECTORS.rglob("*.json")}

    assert kept - made.keys() == {"canonical.json", "test_keys.json"}
    for path, text in made.items():
        assert (VECTORS / path).read_text("utf-8") == text, f"python -m vectors.make: {path}"


@rfc("8785", "3.2")
@pytest.mark.parametrize(
    "row", json.loads((VECTORS / "canonical.json").read_text()), ids=lambda row: row["name"]
)
def test_the_verifier_has_the_canonical_form_too(verifier, row):
    def form():
        return verifier.canonical(json.loads(row["input"])).encode().decode()

    if row["canonical"] is None:
        with pytest.raises(ValueError, match=r"number|surrogates"):
            form()
    else:
        assert form() == row["canonical"]


def strings(value, *way):
    """Yield the way to every text of a JSON value that is not empty."""
    if isinstance(value, str) and value:
        yield way
    if isinstance(value, dict | list):
        for name, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from strings(one, *way, name)


def with_text(document, way, text):
    """Return a copy of a JSON value with another text there, written down."""
    copy = json.loads(json.dumps(document))
    whole = copy
    for name in way[:-1]:
        whole = whole[name]
    whole[way[-1]] = text
    return json.dumps(copy)


@mission("S79")
@abuse("F-13")
@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_any_byte_changed_in_any_text_is_found(verifier, tmp_path_factory, data):
    document = make.GOOD[data.draw(st.sampled_from(sorted(make.GOOD)))]
    way = data.draw(st.sampled_from(sorted(strings(document), key=str)))
    text = document
    for name in way:
        text = text[name]
    raw = bytearray(text.encode())
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    file = tmp_path_factory.getbasetemp() / "changed.json"
    file.write_bytes(with_text(document, way, raw.decode("utf-8", "surrogateescape")).encode())

    assert verifier.main([str(file), "--json"]) in (1, 2)


@pytest.mark.parametrize("name", ["passkey-es256", "passkey-eddsa", "sms"])
def test_any_letter_of_base64_changed_for_its_neighbour_is_found(verifier, tmp_path, name):
    document, file = make.GOOD[name], tmp_path / "changed.json"
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for way in strings(document):
        text = document
        for part in way:
            text = text[part]
        if len(text) < 40 or not set(text) <= {*letters, "."}:
            continue
        for at in {0, len(text) // 2, len(text) - 1}:
            other = letters[letters.find(text[at]) ^ 1]
            file.write_text(with_text(document, way, text[:at] + other + text[at + 1 :]))
            assert verifier.main([str(file)]) in (1, 2), (way, at)


@given(raw=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
@settings(deadline=None)
def test_whatever_the_file_is_the_answer_is_one_line(verifier, tmp_path_factory, raw):
    file = tmp_path_factory.getbasetemp() / "odd.json"
    file.write_bytes(raw)

    assert verifier.main([str(file)]) == 2


_values = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9)
_values |= st.just([]) | st.just({}) | st.just({"keys": [None, {}, {"kid": []}]}) | st.just([[{}]])


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_a_member_of_any_other_kind_is_refused_without_a_crash(verifier, tmp_path_factory, data):
    document = json.loads(json.dumps(make.GOOD[data.draw(st.sampled_from(sorted(make.GOOD)))]))
    whole, name = document, data.draw(st.sampled_from(sorted(document)))
    if isinstance(whole[name], dict) and data.draw(st.booleans()):
        whole = whole[name]
        name = data.draw(st.sampled_from(sorted(whole)))
    value = data.draw(_values)
    if type(value) is type(whole[name]) and value == whole[name]:
        return
    whole[name] = value
    file = tmp_path_factory.getbasetemp() / "odd.json"
    file.write_text(json.dumps(document))

    assert verifier.main([str(file)]) in (1, 2)


def test_nothing_a_file_says_moves_the_cursor_of_a_terminal(run, tmp_path):
    said = make.changed("decided_at", "\x1b[2J\u202e")
    file = tmp_path / "odd.json"
    file.write_text(make.written(said))

    assert run(file).stdout.isascii()
    assert "\x1b" not in run(file).stdout
