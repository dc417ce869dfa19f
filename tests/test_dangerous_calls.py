"""Nothing of ours runs, loads, renders or matches what somebody sent: read from the code itself."""

import ast
import re
from importlib.metadata import distributions

from tests.support.marks import asvs
from tests.test_house import APP, ROOT, calls, imports, name, none, parsed

SCRIPTS = [*sorted((ROOT / "static" / "js").glob("*.js")), ROOT / "static" / "docs" / "docs.js"]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PATTERNS = {
    "compile",
    "match",
    "fullmatch",
    "search",
    "sub",
    "subn",
    "split",
    "findall",
    "finditer",
}
PINS = ("requirements.txt", "requirements-traces.txt", "requirements-dev.txt", "constraints.txt")
OURS = re.compile(r"([a-z_]+\.)?_?[A-Z][A-Z_]*(\[.*\])?\Z|Markup\(.*\)\Z|self\Z", re.DOTALL)


def used(banned, paths=APP):
    """Yield where one of these modules is imported."""
    for path, tree in parsed(paths):
        for line, module, what in imports(tree):
            whole = f"{module}.{what}"
            if any(each in {module, module.split(".")[0], whole} for each in banned):
                yield f"{name(path)}:{line} {whole}"


def called(*names):
    """Yield where one of these names is called."""
    for path, tree in parsed(APP):
        for each in names:
            yield from (f"{name(path)}:{line} {what}" for line, what in calls(tree, named=each))


def said(pattern, paths):
    """Yield where a pattern stands in files that are no Python."""
    for path in paths:
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if re.search(pattern, line):
                yield f"{name(path)}:{number} {line.strip()[:90]}"


def same(package):
    """Return the one spelling of a package's name."""
    return package.lower().replace("_", "-").replace(".", "-")


@asvs("1.2.5")
def test_no_other_program_is_started():
    none(used({"subprocess", "pty", "multiprocessing", "os.system", "os.popen", "os.execv"}))
    none(called("os.system", "os.popen", "os.execv", "os.spawnv", "os.fork"))


@asvs("1.3.2")
def test_no_text_becomes_code():
    built_in = {"eval", "exec", "compile", "__import__"}
    none(
        f"{name(path)}:{node.lineno} {node.func.id}"
        for path, tree in parsed(APP)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in built_in
    )


@asvs("1.3.7")
def test_no_text_becomes_a_template():
    none(called("render_template_string", "from_string", "jinja2.Template"))
    drawn = ROOT / "templates" / "parts" / "icons.html"  # shapes that stand in that very file
    unescaped = r"\|\s*safe\b|autoescape false"
    none(said(unescaped, [path for path in TEMPLATES if path != drawn]))


@asvs("1.5.2")
def test_no_bytes_become_objects_but_by_json():
    none(used({"pickle", "marshal", "shelve", "dill", "yaml", "jsonpickle", "xml", "plistlib"}))


@asvs("1.2.9")
def test_patterns_are_made_where_nobody_has_asked_yet():
    """A pattern within a function could hold what was sent; one of a module cannot."""
    none(
        f"{name(path)}:{call.lineno} {ast.unparse(call)[:80]}"
        for path, tree in parsed(APP)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for call in ast.walk(function)
        if isinstance(call, ast.Call)
        and ast.unparse(call.func) in {f"re.{each}" for each in PATTERNS}
        and not isinstance(call.args[0], ast.Constant)
    )


@asvs("1.3.10")
def test_only_texts_of_ours_are_filled_in():
    words = {"app/foundation/words.py"}  # the catalogues; a value of theirs is no pattern
    none(
        f"{name(path)}:{call.lineno} {ast.unparse(call)[:80]}"
        for path, tree in parsed(APP)
        if name(path) not in words
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in {"format", "format_map"}
        and not isinstance(call.func.value, ast.Constant)
        and not OURS.match(ast.unparse(call.func.value))
    )


@asvs("11.3.1", "11.4.1")
def test_no_weak_cipher_padding_or_digest_is_named():
    weak = r"\b(ECB|CBC|ARC4|TripleDES|Blowfish|PKCS1v15|md5|sha1|MD5|SHA1|MD4|RSA1_5)\b"
    none(said(weak, [path for path in APP if "described" not in path.parts]))


@asvs("11.3.2", "11.3.5")
def test_whatever_is_ciphered_is_so_by_aes_gcm():
    wrong = {"cryptography.hazmat.primitives.ciphers.Cipher", "cryptography.fernet"}
    none(used(wrong | {"Crypto", "nacl"}))
    found = [line for line in said(r"ciphers\.aead import", APP) if "AESGCM" in line]
    assert {line.split(":")[0] for line in found} == {
        "app/foundation/aes128gcm.py",
        "app/foundation/sealing.py",
    }


@asvs("16.2.3")
def test_the_log_goes_to_standard_error_alone():
    sinks = r"\b(print\(|sys\.stdout|\w*FileHandler|SysLogHandler|SocketHandler|HTTPHandler)"
    by_hand = re.compile(r"_commands?\.py$|foundation/sealing\.py$")  # these answer a terminal
    none(said(sinks, [path for path in APP if not by_hand.search(name(path))]))


@asvs("3.2.2", "1.2.3")
def test_scripts_write_text_and_never_markup_or_code():
    none(
        said(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|Function\(", SCRIPTS)
    )
    none(said(r"createContextualFragment|setHTML|DOMParser|srcdoc", SCRIPTS))


@asvs("14.3.3")
def test_scripts_keep_nothing_in_the_browser():
    none(said(r"localStorage|sessionStorage|indexedDB|document\.cookie|caches\.", SCRIPTS))


@asvs("6.2.7")
def test_no_page_keeps_anyone_from_pasting():
    none(said(r"""["'](paste|copy|cut|contextmenu|drop)["']""", SCRIPTS))
    none(said(r"\bon(paste|copy|cut|drop|contextmenu)=", TEMPLATES))


@asvs("6.2.6")
def test_every_field_of_a_password_hides_it():
    named = r"""<input[^>]*(name|id)="(\w*_)?password"(?![^>]*type="password")"""
    hidden = r"""<input[^>]*type="password"[^>]*autocomplete="""
    none(said(named, TEMPLATES))
    assert list(said(hidden, TEMPLATES))


@asvs("3.7.1", "3.6.1")
def test_pages_need_no_plugin_and_no_script_of_others():
    none(said(r"<(object|embed|applet|marquee|iframe[^>]*src=.?http)", TEMPLATES))
    none(said(r"""<(script|link)[^>]*(src|href)="(https?:)?//""", TEMPLATES))


@asvs("15.3.6")
def test_scripts_take_no_name_of_a_member_from_what_they_read():
    none(said(r"__proto__|constructor\[|Object\.assign\(|\.prototype\b", SCRIPTS))


@asvs("15.1.2")
def test_every_package_that_is_installed_is_pinned_to_one_version():
    text = "\n".join((ROOT / file).read_text("utf-8") for file in PINS)
    lines = [line for line in text.splitlines() if line and not line.startswith(("#", "-"))]
    pinned = dict(line.split(";")[0].strip().split("==") for line in lines)
    told = {same(package.split("[")[0]): version for package, version in pinned.items()}
    installed = {same(each.metadata["Name"]): each.version for each in distributions()}

    assert installed.keys() - told.keys() <= {"pip", "setuptools", "wheel"}
    assert {each: told[each] for each in installed if each in told}.items() <= installed.items()
