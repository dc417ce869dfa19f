"""The house keeps its own rules: sizes, docstrings, who may commit, read the clock, draw chance.

What import-linter can say stands in ``.importlinter``; this is the rest.
"""

import ast
import importlib
import re
import statistics
from pathlib import Path

import pytest

from tests.support.marks import asvs

ROOT = Path(__file__).parents[1]
APP = sorted((ROOT / "app").rglob("*.py"))
OURS = [
    *APP,
    *sorted(ROOT.glob("config*.py")),
    ROOT / "wsgi.py",
    ROOT / "serve.py",
    *sorted((ROOT / "dev").rglob("*.py")),
    *sorted((ROOT / "tools").rglob("*.py")),
    *sorted((ROOT / "vectors").rglob("*.py")),
]
FORBIDDEN_FOLDERS = {"utils", "helpers", "common", "misc", "core", "x"}
SHELVES = {"checks", "endpoints", "pages", "foundation", "app", "auth", "bank"}
FLASK_IN_ROOMS = {"current_app"}
ROOMS = (
    "audit",
    "accounts",
    "institutions",
    "clients",
    "consents",
    "tokens",
    "interactions",
    "keys",
    "notifications",
    "risk",
)
WORDS_OF_SECRETS = re.compile(r"password|secret|token|code|seed|private|otp|\bpin\b|cpf|phone")
HARMLESS = re.compile(r"_(digest|hash|sealed|index|at|id|seconds|changed_at|verified_at)$")
CLEAR_ON_PURPOSE = {
    "must_change_password",  # a yes or no
    "Institution.code",  # a short public name
    "code_challenge",  # a digest already (RFC 7636 §4.2)
}


def name(path):
    """Return a path as it is said in a failure."""
    return str(path.relative_to(ROOT))


def parsed(paths=OURS):
    """Yield each file and its syntax tree."""
    for path in paths:
        yield path, ast.parse(path.read_text())


def functions(tree):
    """Yield every function of a tree, methods and inner ones too."""
    return (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


def imports(tree):
    """Yield ``(line, module, name)`` of every import of a tree."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name, None) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, node.module or "", alias.name) for alias in node.names)


def calls(tree, *, named):
    """Yield the lines on which something called ``named`` (an attribute or a name) is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called == named or called.endswith(f".{named}"):
                yield node.lineno, called


def within(path, *folders):
    """Is ``path`` in one of these folders of the house?"""
    return any(path.is_relative_to(ROOT / folder) for folder in folders)


def none(found):
    """Fail with one line for each thing found."""
    found = list(found)
    assert not found, "\n" + "\n".join(found)


def is_route(function):
    """Does a decorator make this function a view?"""
    verbs = {"get", "post", "put", "delete", "patch", "route"}
    return any(
        isinstance(d, ast.Call) and isinstance(d.func, ast.Attribute) and d.func.attr in verbs
        for d in function.decorator_list
    )


def length(node):
    """Return how many lines a function has, its docstring aside."""
    documented = ast.get_docstring(node, clean=False)
    lines = node.end_lineno - node.lineno + 1
    return lines - (len(documented.splitlines()) if documented else 0)


def test_no_module_has_more_than_250_lines_and_nine_in_ten_at_most_200():
    sizes = {path: len(path.read_text().splitlines()) for path in OURS}

    none(f"{name(p)}: {size} lines; divide it" for p, size in sizes.items() if size > 250)
    assert statistics.quantiles(sizes.values(), n=10)[-1] <= 200


def test_no_function_has_more_than_40_lines_no_route_more_than_20():
    none(
        f"{name(path)}:{node.lineno} {node.name}: {length(node)} lines"
        for path, tree in parsed()
        for node in functions(tree)
        if length(node) > (20 if is_route(node) else 40)
    )


def test_no_function_takes_more_than_6_arguments():
    none(
        f"{name(path)}:{node.lineno} {node.name}"
        for path, tree in parsed()
        for node in functions(tree)
        if len([a for a in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
                if a.arg not in {"self", "cls"}]) > 6
    )  # fmt: skip


def test_no_room_has_more_than_12_modules():
    rooms = {path.parent for path in APP}

    none(
        f"{name(room)}: {len(modules)} modules; it is two rooms"
        for room in rooms
        if room.name not in SHELVES
        and len(modules := [m for m in room.glob("*.py") if m.name != "__init__.py"]) > 12
    )


def test_every_module_class_and_public_function_says_what_it_promises():
    def undocumented(path, tree):
        if not ast.get_docstring(tree):
            yield f"{name(path)}: the module"
        for node in _public(tree):
            if not ast.get_docstring(node) and not _is_known_by_its_base(node, tree):
                yield f"{name(path)}:{node.lineno} {node.name}"

    none(line for path, tree in parsed() for line in undocumented(path, tree))


def _public(tree):
    """The public functions and classes of a module, and the public methods of those classes."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from (
                    child
                    for child in node.body
                    if isinstance(child, ast.FunctionDef) and not child.name.startswith("_")
                )


def _is_known_by_its_base(node, tree):
    """A method that answers a library or a base class is documented there."""
    owners = [c for c in ast.walk(tree) if isinstance(c, ast.ClassDef) and node in c.body]
    return bool(owners) and bool(owners[0].bases)


def test_a_package_that_is_entered_does_nothing():
    def busy(path):
        body = ast.parse(path.read_text()).body
        return len(body) != 1 or not isinstance(body[0], ast.Expr)

    none(
        f"{name(path)}: more than a docstring"
        for path in APP
        if path.name == "__init__.py" and path.parent.name != "resource_server" and busy(path)
    )


def test_only_the_foundation_commits():
    none(
        f"{name(path)}:{line} {called}"
        for path, tree in parsed(APP)
        if not within(path, "app/foundation")
        for line, called in calls(tree, named="commit")
    )


@asvs("13.3.1")
def test_only_config_reads_the_environment():
    none(
        f"{name(path)}: reads the environment"
        for path in APP
        if re.search(r"\bos\.(environ|getenv)\b|from os import (environ|getenv)", path.read_text())
    )


@asvs("6.5.8")
def test_time_is_read_from_the_clock_alone():
    read = re.compile(
        r"datetime\.(now|utcnow|today)\(|date\.today\(|\btime\.(time|time_ns|monotonic)\(|"
        r"from time import (?!sleep)"
    )

    none(
        f"{name(path)}:{number} {line.strip()}"
        for path in APP  # the gate is a library of its own, with its own clock
        if path.name != "clock.py" and not within(path, "app/resource_server")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if read.search(line)
    )


@asvs("6.5.3", "11.5.1")
def test_chance_is_drawn_in_ids_and_sealing_alone():
    allowed = {ROOT / "app/foundation/ids.py", ROOT / "app/foundation/sealing.py"}

    none(
        f"{name(path)}:{line} {module}"
        for path, tree in parsed(APP)
        if path not in allowed
        for line, module, what in imports(tree)
        if module in {"secrets", "random", "uuid"} or (module == "os" and what == "urandom")
    )


def test_nothing_is_imported_inside_a_function_but_in_wsgi():
    none(
        f"{name(path)}:{node.lineno}"
        for path, tree in parsed()
        if path.name != "wsgi.py"
        for function in functions(tree)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    )


def test_nobody_needs_type_checking_imports():
    none(name(path) for path in OURS if "TYPE_CHECKING" in path.read_text())


def test_no_folder_has_a_name_that_says_nothing():
    folders = {folder for path in OURS for folder in path.relative_to(ROOT).parts[:-1]}

    assert not folders & FORBIDDEN_FOLDERS


def test_no_foundation_module_takes_a_librarys_name():
    taken = {"redis", "secrets", "requests", "logging", "limits", "time", "socket", "json"}
    modules = {path.stem for path in APP if within(path, "app/foundation")}

    assert modules & taken <= {"limits"}  # the papers name it so


def test_rooms_take_plain_values_only_doors_read_the_request():
    # The noun of one is the cookie; the record names the request it belongs to; a message is
    # written out by a template.
    excepted = {
        ROOT / "app/auth/sessions/browser.py",
        ROOT / "app/auth/audit/trail.py",
        ROOT / "app/auth/notifications/rendering.py",
    }

    none(
        f"{name(path)}:{line} flask.{what}"
        for path, tree in parsed(APP)
        if within(path, *(f"app/auth/{room}" for room in ROOMS)) and path not in excepted
        for line, module, what in imports(tree)
        if module == "flask" and what not in FLASK_IN_ROOMS
    )


def test_no_except_catches_everything_in_silence():
    none(
        f"{name(path)}:{node.lineno}"
        for path, tree in parsed()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"})
        and not any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
    )


def test_nothing_is_written_after_the_answer():
    writes = {"add", "execute", "flush", "delete", "merge", "run", "record", "commit"}

    none(
        f"{name(path)}:{line} {called} in {function.name}"
        for path, tree in parsed(APP)
        for function in functions(tree)
        if _runs_late(function, tree)
        for write in writes
        for line, called in calls(function, named=write)
        if re.search(r"\b(db|session|hot|trail|records)\b", called)
    )


def _runs_late(function, tree):
    late = {"after_request", "after_app_request", "teardown_request", "errorhandler",
            "app_errorhandler", "teardown_appcontext", "register_error_handler"}  # fmt: skip
    decorated = any(ast.unparse(d).split("(")[0].rpartition(".")[2] in late
                    for d in function.decorator_list)  # fmt: skip
    registered = any(
        isinstance(node, ast.Call)
        and ast.unparse(node.func).rpartition(".")[2] in late
        and any(ast.unparse(argument) == function.name for argument in node.args)
        for node in ast.walk(tree)
    )
    return decorated or registered


@pytest.mark.parametrize("house", ["auth", "bank"])
def test_no_column_holds_a_secret_in_clear(house):
    importlib.import_module(f"app.{house}.tables")
    base = importlib.import_module(f"app.{house}.database").Base

    none(
        f"{mapper.class_.__name__}.{column.name}"
        for mapper in base.registry.mappers
        for column in mapper.columns
        if WORDS_OF_SECRETS.search(column.name)
        and not HARMLESS.search(column.name)
        and column.name not in CLEAR_ON_PURPOSE
        and f"{mapper.class_.__name__}.{column.name}" not in CLEAR_ON_PURPOSE
    )


@pytest.mark.parametrize("house", ["auth", "bank"])
def test_no_relationship_leaves_its_room(house):
    importlib.import_module(f"app.{house}.tables")
    base = importlib.import_module(f"app.{house}.database").Base

    none(
        f"{mapper.class_.__name__}.{relation.key}"
        for mapper in base.registry.mappers
        for relation in mapper.relationships
        if relation.mapper.class_.__module__ != mapper.class_.__module__
    )


def test_a_migration_never_imports_the_app():
    none(
        f"{name(path)}:{line} {module}"
        for path, tree in parsed(sorted((ROOT / "migrations").rglob("*.py")))
        for line, module, _ in imports(tree)
        if module.partition(".")[0] == "app"
    )


def test_work_left_undone_is_not_hidden_in_comments():
    hidden = re.compile(r"#.*\b(TODO|FIXME|XXX|HACK)\b")

    none(
        f"{name(path)}:{number} {line.strip()}"
        for path in OURS
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if hidden.search(line)
    )


def test_templates_and_static_files_hold_no_inline_script_or_style():
    drawn = ROOT / "templates/parts/icons.html"  # paths of our own, written in that file
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:|\|\s*safe")

    none(
        f"{name(path)}:{number} {line.strip()[:80]}"
        for path in sorted([*ROOT.glob("templates/**/*.html"), *ROOT.glob("dev/**/*.html")])
        if path != drawn
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if inline.search(line)
    )
