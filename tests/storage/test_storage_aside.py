"""What is made to be handed out at once lies below the data folder, for its owner alone, and not for long."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from ig_worker import aside
from ig_worker.uploads import KEPT, Uploads


def test_it_is_below_the_data_folder_and_gone_afterwards(tmp_path: Path) -> None:
    with aside.folder(tmp_path) as folder:
        (folder / "register.csv").write_text("Sari")
        assert folder.is_relative_to(tmp_path)
        assert [each.stat().st_mode & 0o777 for each in (folder, folder.parent)] == [0o700, 0o700]
    assert list((tmp_path / aside.FOLDER).iterdir()) == []
    with pytest.raises(RuntimeError), aside.folder(tmp_path) as folder:
        raise RuntimeError
    assert not folder.exists()


def test_what_a_kill_left_there_goes_a_day_later(tmp_path: Path) -> None:
    left, fresh = (tmp_path / aside.FOLDER / name for name in ("sementara-1", "sementara-2"))
    for folder in (left, fresh):
        folder.mkdir(parents=True)
        (folder / "register.csv").write_text("Sari")
    long_ago = fresh.stat().st_mtime - (KEPT + timedelta(minutes=1)).total_seconds()
    os.utime(left, (long_ago, long_ago))
    assert Uploads(tmp_path).sweep() == 1
    assert [folder.exists() for folder in (left, fresh)] == [False, True]
