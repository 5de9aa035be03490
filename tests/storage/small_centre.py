"""A centre whose data lie on a disk of their own, small enough to be filled."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from small_disk import SmallDisk, small_disk
from watching import mails_to

from ig_worker.demo.day import BEGIN
from ig_worker.demo.stage import Stage, set_up
from ig_worker.store.database import Database


@dataclass
class Centre:
    """A played day's surroundings, with the worker's data on the small disk; its mails and log lie elsewhere."""

    stage: Stage
    disk: SmallDisk

    @property
    def database(self) -> Database:
        return Database(f"sqlite:///{self.disk.folder / 'ig-worker.db'}")

    @property
    def log(self) -> str:
        return (self.stage.folder / "logs" / "worker.log").read_text("utf-8")

    def mails_to(self, mailbox: str) -> list[str]:
        return mails_to(self.stage, mailbox)


@contextmanager
def centre_in(tmp_path: Path) -> Iterator[Centre]:
    """All of it, below `tmp_path`."""
    with set_up(tmp_path / "hari", BEGIN) as stage, small_disk(stage.folder / "var") as disk:
        (stage.folder / "media").symlink_to(disk.folder / "media")
        text = stage.config.read_text("utf-8")
        assert 'data_dir = "."' in text
        text = text.replace('data_dir = "."', f'data_dir = "{disk.folder}"')
        assert "[health]" not in text
        # On a disk as small as this there is always too little for the daily look at the machine.
        stage.config.write_text(f"{text}\n[health]\nleast_free_mb = 1\n", "utf-8")
        for words in (("db", "upgrade"), ("posts", "import", str(stage.folder / "rencana.csv"))):
            done = stage.command(*words)
            assert done.returncode == 0, done.stderr
        yield Centre(stage, disk)
