"""What the README says of the house is true, and nothing is committed that should not be."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import app
from app.paths import resource

ROOT = Path(app.__file__).resolve().parents[1]
APP = ROOT / "app"
LONGEST_FILE = 300

INSIDE = "## Inside Sheaf"
TABLE_HEAD = re.compile(r"^\|[^|]*I want to change[^|]*\|[^|]*open", re.IGNORECASE)
NAMED_FILE = re.compile(r"`(?:app/)?([\w/]+\.py)`")

UNWANTED = {
    "a folder of this computer": re.compile(
        r"(?<![\w.:/])/(?:root|tmp|work|mnt|srv|opt)/\w|" + re.escape(f"{ROOT}/")
    ),
    "the host of a package registry": re.compile(
        r"pypi\.org|pythonhosted\.org|registry\.npmjs|yarnpkg\.com|index\.crates|artifactory[./]",
        re.IGNORECASE,
    ),
    "a secret": re.compile(
        r"sk-ant-[\w-]{40,}|ghp_\w{30,}|AKIA[0-9A-Z]{16}|-----BEGIN [A-Z ]*PRIVATE KEY-----"
    ),
}


@cache
def _committed() -> dict[str, str]:
    """The text of every file under version control; pictures and fonts are left out."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("This copy is not under version control")
    listing = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    names = [name for name in listing.stdout.decode().split("\0") if name]
    contents = {name: (ROOT / name).read_bytes() for name in names if (ROOT / name).is_file()}
    return {
        name: raw.decode("utf-8", "replace") for name, raw in contents.items() if b"\0" not in raw
    }


def _named_in_readme() -> list[str]:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert INSIDE in text, f'README.md has no heading "{INSIDE}"'
    lines = text.split(INSIDE, 1)[1].splitlines()
    start = next((at for at, line in enumerate(lines) if TABLE_HEAD.match(line)), None)
    assert start is not None, 'README.md has no table "I want to change … | open …"'
    end = next((at for at in range(start, len(lines)) if not lines[at].startswith("|")), None)
    return NAMED_FILE.findall("\n".join(lines[start:end]))


def test_the_readme_names_every_file_of_the_house() -> None:
    """Whoever wants to change something finds the file in the README, and the file exists."""
    named = set(_named_in_readme())
    files = {
        file.relative_to(APP).as_posix() for file in APP.rglob("*.py") if file.name != "__init__.py"
    }
    assert {"named, but not there": named - files, "there, but not named": files - named} == {
        "named, but not there": set(),
        "there, but not named": set(),
    }


def test_no_file_has_outgrown_its_reason() -> None:
    """A file of the program that passes 300 lines has a second reason to exist."""
    lengths = {
        file.relative_to(ROOT).as_posix(): len(file.read_text(encoding="utf-8").splitlines())
        for file in APP.rglob("*.py")
    }
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


@pytest.mark.parametrize("unwanted", UNWANTED)
def test_nothing_unwanted_is_committed(unwanted: str) -> None:
    """No committed file names a folder of one computer, a registry, or holds a secret."""
    found = [
        f"{name}: {match.group()}"
        for name, text in _committed().items()
        for match in UNWANTED[unwanted].finditer(text)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("unwanted", "text"),
    [
        ("a folder of this computer", f"open('{ROOT}/rows.csv')"),
        ("a folder of this computer", "cd /" + "tmp/build"),
        ("the host of a package registry", "https://" + "files.python" + "hosted.org/x.whl"),
        ("a secret", "sk-ant-" + "api03-" + "a1B2" * 12),
    ],
)
def test_what_is_unwanted_is_recognised(unwanted: str, text: str) -> None:
    """The patterns of the test above find what they are meant to find."""
    assert UNWANTED[unwanted].search(text)


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_pins_hashes_and_no_address(name: str) -> None:
    """Every package of a lock has hashes, and none says where it has to come from."""
    text = (ROOT / name).read_text(encoding="utf-8")
    entries = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    assert "://" not in text
    assert len(entries) > 20
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize(
    ("lock", "groups"),
    [("requirements.lock", ["build"]), ("requirements-dev.lock", ["build", "dev"])],
)
def test_the_locks_hold_what_the_project_asks_for(lock: str, groups: list[str]) -> None:
    """Each dependency is locked, at a version that pyproject.toml allows."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = list(project["project"]["dependencies"])
    asked += [line for group in groups for line in project["dependency-groups"][group]]
    text = (ROOT / lock).read_text(encoding="utf-8")
    locked = dict(re.findall(r"^([\w.-]+)==([\w.]+)", text, flags=re.MULTILINE))
    wrong = [
        line
        for line in asked
        if not Requirement(line).specifier.contains(locked.get(_plain(Requirement(line).name), "0"))
    ]
    assert wrong == []


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_starting_loads_nothing_heavy() -> None:
    """The SDK costs seconds and Qt a display: neither comes with Sheaf's first import."""
    heavy = ("anthropic", "keyring", "PySide6", "httpx2")
    code = f"import app.main, sys; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_every_font_has_its_licence_beside_it() -> None:
    """Fonts and icons of others are passed on with the licence that allows it."""
    fonts = [file for file in resource("fonts").iterdir() if file.suffix in {".otf", ".ttf"}]
    licences = [file.stem.removeprefix("OFL-") for file in resource("fonts").glob("OFL-*.txt")]
    assert fonts
    assert [font.name for font in fonts if not font.name.startswith(tuple(licences))] == []
    assert (resource("icons") / "LICENSE").read_text(encoding="utf-8").strip()


def test_the_change_log_begins_with_this_version() -> None:
    """The version of the program and the newest entry of the change log are one."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## (\S+)", text, flags=re.MULTILINE)
    assert newest is not None
    assert newest.group(1) == app.__version__


def test_every_step_of_ci_can_be_run_by_hand() -> None:
    """Each target of the Makefile is a verb of dev.py, and CI uses nothing but such targets."""
    shown = subprocess.run(
        [sys.executable, "packaging/dev.py"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    verbs = set(re.findall(r"[a-z-]+", shown.stderr.split("dev.py", 1)[1].split("[")[0]))
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.search(r"^\.PHONY: (.*)$", makefile, flags=re.MULTILINE)
    steps = re.findall(r"make ([a-z-]+)$", (ROOT / ".ci/run").read_text("utf-8"), re.MULTILINE)
    assert targets is not None
    assert set(targets.group(1).split()) == verbs
    assert steps[:2] == ["check", "test"]
    assert set(steps) <= verbs
