"""Tables that go into a pipe are not cut."""

import pytest
from rich.table import Table

from training.console import console


def test_a_pipe_takes_a_wide_table_whole(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table("name", "figures")
    wide = " ".join(f"{number}.{number} %" for number in range(20))
    table.add_row("everything", wide)
    console().print(table)
    assert wide in capsys.readouterr().out
