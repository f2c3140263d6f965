import os
import pickle
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from models.bundle import (
    BundleDamaged,
    BundleError,
    BundleExists,
    BundleMissing,
    BundleUnfit,
    load_bundle,
    save_bundle,
    seal,
)
from models.features import DIMENSION
from models.manifest import canonical
from models.scorer import Scorer
from models.windows import WindowRule
from tests.models.comments import COMMENTS, random_bundle


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundles") / "saved"
    save_bundle(random_bundle(windows=WindowRule(400, 200, 100, 0.5)), folder)
    return folder


@pytest.fixture
def copied(saved: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "copied"
    folder.mkdir()
    for path in saved.iterdir():
        os.link(path, folder / path.name)
    return folder


def _replace(path: Path, data: bytes) -> None:
    path.unlink()
    path.write_bytes(data)


def test_what_was_saved_scores_the_same_when_loaded(saved: Path) -> None:
    bundle, loaded = random_bundle(windows=WindowRule(400, 200, 100, 0.5)), load_bundle(saved)
    assert loaded.version == bundle.version
    assert loaded.version.startswith("2026-01-02-")
    assert loaded.manifest == bundle.manifest
    assert Scorer(loaded).score(COMMENTS).tolist() == Scorer(bundle).score(COMMENTS).tolist()


def test_a_bundle_is_never_overwritten(saved: Path) -> None:
    with pytest.raises(BundleExists):
        save_bundle(random_bundle(), saved)
    assert {path.name for path in saved.parent.iterdir()} == {"saved"}


def test_every_changed_byte_of_the_manifest_is_refused(copied: Path) -> None:
    manifest = copied / "manifest.json"
    content = manifest.read_bytes()
    for place in range(len(content)):
        changed = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
        _replace(manifest, changed)
        with pytest.raises(BundleError):
            load_bundle(copied)


def test_changed_bytes_of_an_array_are_refused(copied: Path) -> None:
    weights = copied / "weights.npy"
    content = weights.read_bytes()
    for place in [*range(0, 140, 7), *range(140, len(content), len(content) // 20)]:
        changed = bytearray(content)
        changed[place] ^= 1
        _replace(weights, bytes(changed))
        with pytest.raises(BundleDamaged, match=r"not the file that the manifest describes"):
            load_bundle(copied)


@pytest.mark.parametrize("name", ["manifest.json", "weights.npy"])
def test_truncated_files_are_refused(copied: Path, name: str) -> None:
    content = (copied / name).read_bytes()
    for size in (0, 1, len(content) // 2, len(content) - 1):
        _replace(copied / name, content[:size])
        with pytest.raises(BundleDamaged):
            load_bundle(copied)
    _replace(copied / name, content + b"\n")
    with pytest.raises(BundleDamaged):
        load_bundle(copied)


def test_an_array_of_another_bundle_is_refused(copied: Path, tmp_path: Path) -> None:
    save_bundle(random_bundle(seed=1), tmp_path / "other")
    _replace(copied / "weights.npy", (tmp_path / "other" / "weights.npy").read_bytes())
    with pytest.raises(BundleDamaged):
        load_bundle(copied)


class _Trap:
    def __init__(self, canary: Path):
        self.canary = canary

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.canary),)


def test_a_pickle_is_not_run_even_when_the_manifest_vouches_for_it(
    copied: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    canary = tmp_path / "canary"
    trap = np.array([_Trap(canary)] * 3, object)
    path = tmp_path / "trap.npy"
    np.save(path, trap, allow_pickle=True)
    assert pickle.dumps(trap)
    bundle = random_bundle()
    record = replace(
        bundle.manifest.arrays["weights"],
        sha256=sha256(path.read_bytes()).hexdigest(),
        dtype="object",
        shape=(3,),
    )
    manifest = replace(bundle.manifest, arrays={"weights": record})
    version = f"2026-01-02-{sha256(canonical(manifest.to_json())).hexdigest()[:12]}"
    _replace(copied / "manifest.json", canonical(manifest.to_json() | {"version": version}))
    _replace(copied / "weights.npy", path.read_bytes())
    with pytest.raises(BundleDamaged, match="not the array that the manifest describes"):
        load_bundle(copied)
    assert not canary.exists()


@pytest.mark.parametrize("name", ["manifest.json", "weights.npy"])
def test_symbolic_links_and_pipes_are_refused(copied: Path, saved: Path, name: str) -> None:
    (copied / name).unlink()
    (copied / name).symlink_to(saved / name)
    with pytest.raises(BundleDamaged):
        load_bundle(copied)
    (copied / name).unlink()
    os.mkfifo(copied / name)
    with pytest.raises(BundleDamaged):
        load_bundle(copied)


def test_missing_files_are_said_to_be_missing(copied: Path, tmp_path: Path) -> None:
    (copied / "weights.npy").unlink()
    with pytest.raises(BundleMissing):
        load_bundle(copied)
    with pytest.raises(BundleMissing):
        load_bundle(tmp_path / "nowhere")


def test_another_format_or_schema_is_named(copied: Path) -> None:
    for change in ({"format": 99}, {"feature_schema": 99}):
        value = random_bundle().manifest.to_json() | {"version": "x"} | change
        _replace(copied / "manifest.json", canonical(value))
        with pytest.raises(BundleUnfit, match="99"):
            load_bundle(copied)


def test_weights_that_cannot_be_scored_with_are_refused() -> None:
    manifest = random_bundle().manifest
    broken = np.zeros(DIMENSION, np.float16)
    broken[7] = np.nan
    for weights in (broken, np.zeros(5, np.float16), np.zeros(DIMENSION, complex)):
        with pytest.raises(ValueError, match="weights"):
            seal(manifest, {"weights": weights})
    with pytest.raises(ValueError, match=r"cannot|name"):
        seal(manifest, {"weights": np.zeros(DIMENSION, np.float16), "../up": np.zeros(1)})
