"""What the documents say is so: settings, signals, commands and links."""

import re
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

import service.cli
import training.cli
from service.deciding.policy import DEFAULT_EFFECTS
from service.settings import PREFIX, Settings

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("integrations/**/*.md")]
)
README = (ROOT / "README.md").read_text()
SETTINGS = (ROOT / "docs" / "settings.md").read_text()
POLICY = (ROOT / "docs" / "policy.md").read_text()


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_documented_with_its_default_and_reason(name: str) -> None:
    field = Settings.model_fields[name]
    row = next(line for line in SETTINGS.splitlines() if f"`{PREFIX}{name.upper()}`" in line)
    assert field.description is not None
    assert field.description in row


def test_no_setting_is_documented_that_does_not_exist() -> None:
    named = set(re.findall(rf"^\| `{PREFIX}([A-Z_]+)`", SETTINGS, re.MULTILINE))
    assert named == {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize("signal", DEFAULT_EFFECTS)
def test_every_signal_is_documented_with_its_effect(signal: str) -> None:
    row = next(line for line in POLICY.splitlines() if line.startswith(f"| `{signal}` |"))
    assert f"`{DEFAULT_EFFECTS[signal]}`" in row


def test_links_between_documents_lead_somewhere() -> None:
    for document in DOCUMENTS:
        for target in re.findall(r"\]\((?!https?://|#)([^)#]+)", document.read_text()):
            assert (document.parent / target).exists(), f"{document.name} links to {target}"


def test_the_readme_has_its_parts_in_order() -> None:
    headings = re.findall(r"^## (.+)$", README, flags=re.MULTILINE)
    wanted = [
        "Two commands",
        "One request and its answer",
        "The words",
        "The way of a comment",
        "Where to change what",
    ]
    assert [heading for heading in headings if heading in wanted] == wanted


@pytest.mark.parametrize(
    "command",
    sorted(set(re.findall(r"`(winnow(?:-train)? [a-z]+(?: [a-z]+)?)", README))),
)
def test_every_command_of_the_readme_exists(command: str) -> None:
    program, *words = command.split()
    app = {"winnow": service.cli.app, "winnow-train": training.cli.app}[program]
    told = CliRunner().invoke(app, [*words, "--help"])
    assert told.exit_code == 0, told.output


def test_the_changelog_has_the_version_of_the_package() -> None:
    version = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert version is not None
    assert f"## {version[1]}" in (ROOT / "CHANGELOG.md").read_text()


def test_nothing_names_a_machine_or_a_registry() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    forbidden = re.compile(r"/(?:work|root|home)/\w|pypi\.org|files\.pythonhosted|registry\.npmjs")
    for name in filter(None, listed):
        path = ROOT / name
        # Invented people name invented machines.
        invented = path.parent.name == "invented_comments"
        if invented or path.suffix in {".npy", ".png"} or path == Path(__file__):
            continue
        found = forbidden.search(path.read_text(errors="replace"))
        assert found is None, f"{name}: {found}"
