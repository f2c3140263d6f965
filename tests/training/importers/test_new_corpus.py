import gzip
from pathlib import Path

import pytest

from training.importers.new_corpus import new_corpus


def test_file_appears_at_the_end_only(tmp_path: Path) -> None:
    path = tmp_path / "corpus.jsonl.gz"
    with new_corpus(path) as corpus:
        corpus.write(b"one\n")
        assert not path.exists()
    assert gzip.decompress(path.read_bytes()) == b"one\n"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("fault", [ValueError, KeyboardInterrupt, OSError])
def test_fault_leaves_what_was_there(fault: type[BaseException], tmp_path: Path) -> None:
    path = tmp_path / "corpus.jsonl"
    path.write_bytes(b"before")

    def write_half() -> None:
        with new_corpus(path) as corpus:
            corpus.write(b"half")
            raise fault

    with pytest.raises(fault):
        write_half()
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]
