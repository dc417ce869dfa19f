"""The files of ``deploy/``: each is read by its own program, or as far as it can be without one."""

import ast
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import config
import serve
from app.foundation import pictures
from tests.support import houses, parts

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
TEMPLATES = sorted((DEPLOY / "helm/portaria/templates").iterdir())
SCRIPTS = sorted(DEPLOY.rglob("*.sh"))
OURS = {*config.Auth.model_fields, *config.Bank.model_fields}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_whole_and_may_be_run(script):
    done = subprocess.run(["sh", "-n", script], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert script.stat().st_mode & 0o111


def test_the_units_are_taken_by_systemd(tmp_path):
    if not shutil.which("systemd-analyze"):
        parts.missing("systemd-analyze", "no systemd-analyze here")
    for unit in UNITS:  # what they name is there once it is installed
        written = unit.read_text().replace("/srv/portaria/.venv/bin/python", sys.executable)
        written = written.replace("/srv/portaria", str(ROOT))
        (tmp_path / unit.name).write_text(written)

    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *tmp_path.iterdir()],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert "portaria" not in done.stderr, done.stderr
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "unit", [u for u in UNITS if "ExecStart" in u.read_text()], ids=lambda path: path.name
)
def test_a_unit_gives_its_process_no_more_than_it_needs(unit):
    written = unit.read_text()

    assert "User=portaria" in written
    for line in ("NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet=\n"):
        assert line in written
    stop = re.search(r"TimeoutStopSec=(\d+)", written)
    assert stop is None or int(stop[1]) > (
        config.Operations.model_fields["DRAIN_SECONDS"].default
        + config.Operations.model_fields["STOP_SECONDS"].default
        + serve.LAST_SECONDS
    )


def test_a_unit_writes_only_where_systemd_makes_a_folder_for_it():
    """``ReadWritePaths`` of a folder that is not there keeps the unit from starting at all."""
    for unit in UNITS:
        assert "ReadWritePaths" not in unit.read_text(), unit.name
    backup = (DEPLOY / "systemd/portaria-backup.service").read_text()
    [started] = re.findall(r"^ExecStart=\S+ (/\S+)$", backup, re.MULTILINE)
    [made] = re.findall(r"^StateDirectory=(.+)$", backup, re.MULTILINE)

    assert started in [f"/var/lib/{name}" for name in made.split()]
    assert started in (ROOT / "docs/back-up.md").read_text("utf-8")


def test_the_image_has_what_the_server_imports_and_nobody_is_root():
    lines = re.sub(r"\\\n", " ", (DEPLOY / "Dockerfile").read_text()).splitlines()
    words = [line.split(maxsplit=1) for line in lines if line and not line.startswith("#")]
    last = words[max(at for at, word in enumerate(words) if word[0] == "FROM") :]
    copied = " ".join(rest for verb, rest in last if verb == "COPY" and "--from" not in rest)
    allowed = (ROOT / ".dockerignore").read_text().splitlines()

    assert {verb for verb, _ in words} <= {
        "FROM", "ARG", "ENV", "RUN", "WORKDIR", "COPY", "USER", "EXPOSE", "STOPSIGNAL",
        "HEALTHCHECK", "ENTRYPOINT", "CMD",
    }  # fmt: skip
    assert dict(last)["USER"].split(":")[0].isdigit()
    assert not re.search(r"apt|gcc|pip install", " ".join(rest for _, rest in last))
    assert all("slim" in rest for verb, rest in words if verb == "FROM")
    json.loads(dict(last)["CMD"])
    [probe] = [rest for verb, rest in last if verb == "HEALTHCHECK"]
    ast.parse(json.loads(probe[probe.index("[") :])[2])
    for name in ("app", "migrations", "templates", "static", "config*.py", "wsgi.py", "serve.py"):
        assert name in copied
        assert f"!{name}" in allowed


def test_the_server_runs_from_what_the_image_copies_alone(tmp_path):
    for name in ("app", "migrations", "templates", "static"):
        (tmp_path / name).symlink_to(ROOT / name)
    for file in [*ROOT.glob("config*.py"), ROOT / "wsgi.py", ROOT / "serve.py"]:
        (tmp_path / file.name).symlink_to(file)
    environment = {n: str(v) for n, v in (houses.AUTH | houses.BANK).items() if n.isupper()}
    environment |= {"APP_ENV": "development", "PATH": "/usr/bin:/bin"}
    environment |= {"DATABASE_URL": f"sqlite:///{tmp_path}/x.sqlite3"}

    for house in ("auth", "bank"):
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", f"wsgi:{house}", "db", "upgrade"],
            cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr


def test_the_compose_file_names_parts_settings_and_files_that_are_there():
    told = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    services = told["services"]

    assert {"auth", "bank", "auth-worker", "bank-worker", "database", "valkey", "proxy"} <= {
        *services
    }
    for name, service in services.items():
        assert {*service.get("depends_on", ())} <= {*services}, name
        for mount in service.get("volumes", ()):
            source = mount.partition(":")[0]
            known = source in told["volumes"] or (DEPLOY / source).exists()
            assert known or source == "./tls", mount  # a certificate of one's own
        if service.get("image") == "portaria":
            assert {*service["environment"]} <= OURS
            assert service["read_only"]
            assert service["cap_drop"] == ["ALL"]
    assert services["bank"]["environment"]["BANK_DATABASE_URL"].startswith("postgresql+psycopg")
    for house in ("auth", "bank"):
        port = {**services[house]["environment"]}.get("PORT", "3000")
        assert f"server {house}:{port} " in (DEPLOY / f"compose/{house}.upstream").read_text()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_of_the_chart_asks_for_values_there_are_and_is_yaml_with_them(template):
    """The chart writes values in and does nothing else, so that this is what helm would do."""
    chart = template.parents[1]
    values = yaml.safe_load((chart / "values.yaml").read_text())

    def value(match):
        said = match[1].strip()
        if said == ".Release.Name":
            return "portaria"
        known = re.fullmatch(r"(toJson )?\.Values\.(\w+)( \| quote)?", said)
        assert known, f"{template.name} asks more of helm than we can try: {said}"
        found = values[known[2]]
        return json.dumps(found) if known[1] else json.dumps(str(found)) if known[3] else str(found)

    made = re.sub(r"\{\{(.*?)\}\}", value, template.read_text())
    documents = list(yaml.safe_load_all(made))

    assert all(each["kind"] and each["metadata"]["name"] for each in documents)
    for each in documents:
        containers = each["spec"].get("template", {}).get("spec", {}).get("containers", ())
        for container in containers:
            named = {one["name"] for one in container.get("env", ())}
            assert named <= OURS
            assert container["securityContext"]["readOnlyRootFilesystem"]
        labels = each["spec"].get("selector", {})
        if each["kind"] == "Deployment":
            assert labels["matchLabels"] == each["spec"]["template"]["metadata"]["labels"]


@pytest.mark.parametrize(
    ("file", "written"),
    [
        ("nginx/nginx.conf", r"client_max_body_size (\d+)k;"),
        ("helm/portaria/templates/ingress.yaml", r"proxy-body-size: (\d+)k"),
    ],
)
def test_a_proxy_lets_the_largest_logo_through_with_the_form_around_it(file, written):
    [most] = re.findall(written, (DEPLOY / file).read_text())

    assert int(most) * 1024 >= pictures.MOST_BYTES + 16 * 1024
    assert int(most) * 1024 < 2 * pictures.MOST_BYTES


def test_the_chart_gives_pods_time_to_drain():
    values = yaml.safe_load((DEPLOY / "helm/portaria/values.yaml").read_text())
    stop = config.Operations.model_fields["STOP_SECONDS"].default

    assert values["graceSeconds"] >= values["drainSeconds"] + stop + serve.LAST_SECONDS
    assert yaml.safe_load((DEPLOY / "helm/portaria/Chart.yaml").read_text())["apiVersion"] == "v2"
