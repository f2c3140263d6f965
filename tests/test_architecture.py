"""The house's own rules, read off the source: who may import whom, and how large a file may grow."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("service", "models", "training")
MAY_IMPORT = {
    "models": {"models"},
    "service": {"service", "models"},
    "training": {"training", "models"},
}
# The web and the database stay at the edges; policy and records are plain values.
PURE = (
    "service/deciding/decision.py",
    "service/loop/people_said.py",
    "service/deciding/policy.py",
    "service/deciding/records.py",
    "service/deciding/signals.py",
)
LINES_PER_FILE = 300
LINES_PER_FUNCTION = 50


def _files(*packages: str) -> list[Path]:
    return sorted(file for package in packages for file in (ROOT / package).rglob("*.py"))


def _imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: a relative import hides where it leads"
            yield node.module or ""


def _name(file: Path) -> str:
    return str(file.relative_to(ROOT))


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_import_in_one_direction(package: str) -> None:
    wrong = {
        (_name(file), module)
        for file in _files(package)
        for module in _imported(file)
        if module.split(".")[0] in {*PACKAGES, "tests", "benchmarks"} - MAY_IMPORT[package]
    }
    assert wrong == set()


def test_models_need_numpy_only() -> None:
    allowed = {*sys.stdlib_module_names, "numpy", "py3langid", "models"}
    wrong = {
        (_name(file), module)
        for file in _files("models")
        for module in _imported(file)
        if module.split(".")[0] not in allowed
    }
    assert wrong == set()


def test_policy_and_signals_know_no_web_and_no_database() -> None:
    forbidden = {"fastapi", "starlette", "sqlalchemy", "uvicorn", "pydantic"}
    for name in PURE:
        modules = set(_imported(ROOT / name))
        assert {module.split(".")[0] for module in modules}.isdisjoint(forbidden), name
        assert not any(module.startswith(("service.store", "service.api")) for module in modules)


def test_sql_is_in_the_store_alone() -> None:
    built = {"select", "insert", "update", "delete", "text"}
    allowed = {"service/backup.py"}  # reads and writes every table whole, whatever it holds
    for file in _files("service"):
        if _name(file).startswith("service/store/") or _name(file) in allowed:
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module == "sqlalchemy":
                assert built.isdisjoint(alias.name for alias in node.names), _name(file)


def test_no_file_and_no_function_swallows_a_feature() -> None:
    for file in _files(*PACKAGES, "tests", "benchmarks"):
        source = file.read_text()
        assert source.count("\n") <= LINES_PER_FILE, f"{_name(file)} is too long"
        if "migrations/versions" in _name(file):
            continue  # a list of tables, not a thought
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                assert length <= LINES_PER_FUNCTION, f"{_name(file)}: {node.name} is too long"


def test_no_file_is_named_for_nothing() -> None:
    names = {file.stem for file in _files(*PACKAGES)}
    assert names.isdisjoint({"utils", "util", "helpers", "common", "base", "manager", "misc"})


def test_serving_imports_no_training_library() -> None:
    loaded = _loaded_by("service.cli", "service.server", "service.app")
    assert loaded.isdisjoint({"sklearn", "scipy", "pandas", "joblib", "matplotlib", "training"})


def test_a_start_waits_for_no_page_and_no_route() -> None:
    assert _loaded_by("service.server").isdisjoint({"fastapi", "jinja2"})


def _loaded_by(*modules: str) -> set[str]:
    """Return the packages that are there once these modules are imported."""
    code = f"import sys, {', '.join(modules)}; print(*sorted(sys.modules))"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return {module.split(".")[0] for module in run.stdout.split()}
