"""Labels of another system, through the importer as a child process."""

from pathlib import Path

import pytest

from service.loop.importing import import_labels
from service.loop.label_corpus import label_lines
from service.loop.training_child import TrainingFailed
from service.settings import Settings
from service.store.engine import Store
from service.store.keys import Site, add_site
from service.store.migrate import migrate

OPTIONS = ("--format", "csv", "--column", "content=text", "--column", "label=what")
MEANINGS = ("--label", "1=spam", "--label", "0=ham")


def test_an_import_stores_labels_once_and_of_a_damaged_file_nothing(
    sqlite_settings: Settings, tmp_path: Path
) -> None:
    store = Store.of(None, sqlite_settings.data_dir)
    migrate(store)
    site = Site("site", "myblog", 0)
    with store.writing() as connection:
        add_site(connection, site)
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text('text,what\n"The roses did well here too",0\n"Buy cheap pills now",1\n')
    bad.write_bytes(b'text,what\n"never closed,1\n')

    with pytest.raises(TrainingFailed):
        import_labels(store, site, [bad], [*OPTIONS, *MEANINGS], "Ada")
    assert list(label_lines(store)) == []
    for new in (2, 0):
        done = import_labels(store, site, [good], [*OPTIONS, *MEANINGS], "Ada")
        assert (done.labelled, done.new) == (2, new)
    assert len(list(label_lines(store))) == 2
    store.close()
