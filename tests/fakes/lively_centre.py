"""A centre on a working morning, full of life: made for the eye, through the real flows wherever they are quick.

It is Wednesday, 25 November 2026, half past ten in Malang. The demo's day is under way in it and its weeks before lie
behind; beside them stand posts in every status and kind, drafts to verify, cases in every status with their evidence,
texts of people who mean no good, and a user of every role.
"""

from __future__ import annotations

import csv
import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select, update

from fakes.hostile_words import HOSTILE_CAPTION, HOSTILE_NAME, HOSTILE_WORDS
from fakes.tiny_mp4 import tiny_mp4
from ig_worker.board import passwords
from ig_worker.config import load
from ig_worker.demo.day import BEGIN, ZONE, Public, Word, the_public
from ig_worker.demo.past import made_up, put_cases, put_the_rest
from ig_worker.demo.stage import Stage, set_up
from ig_worker.domain.rights import READS_FULL_TEXTS, Role
from ig_worker.flows.casework import moves
from ig_worker.flows.casework.moves import Mover
from ig_worker.store import cases, schema, users
from ig_worker.store.database import Database

PASSWORD = "jangan-lupa-minum-air"

STOPS = tuple(
    BEGIN.replace(hour=hour, minute=minute) for hour, minute in ((6, 45), (7, 31), (9, 41), (10, 30))
)
NOW = STOPS[-1]

PEOPLE = {
    Role.MAKER: "Rina Wulandari",
    Role.EDITOR: "Bayu Pratama",
    Role.VERIFIER: "dr. Sari Dewanti",
    Role.HOLDER: "Bidan Nur Aini",
    Role.COMPLAINTS: "Ani Rahmawati",
    Role.HEAD: "dr. Hartono",
    Role.ADMIN: "Agus Operator",
}
"""Who has the role, as the planning sheet calls them; the name to log in with is the role's own."""

UNIT = "kia"
"""The programme holder's."""

MORE_CONFIG = """
[topics]
kia_imunisasi = { unit = "kia", person = "Bidan Nur Aini" }
obat = { unit = "farmasi", person = "" }
gigi = { unit = "gigi", person = "" }
antrean = { unit = "pendaftaran", person = "" }
fasilitas = { unit = "tata_usaha", person = "" }

[units.kia]
notify = []
"""

HEADS = ("kode", "tanggal", "jam", "segmen", "jenis", "media", "caption", "alt_text", "komentar_pertama",
         "mendesak", "ada_pasien", "persetujuan_pasien", "status", "pembuat", "redaksi", "verifikator",
         "penanggung_jawab")  # fmt: skip

_ROWS = (
    (1, "08.00", "Nice to Know", "gambar", "isi-piringku.png", "Isi Piringku: separuh sayur dan buah 🥦🍎", "draf"),
    (1, "18.30", "Kegiatan Rutin", "carousel", "dbd-1.jpg;dbd-2.png;dbd-3.jpg",
     "Jumat bersih! Geser untuk melihat 3M Plus 👉\n\n1️⃣ Menguras\n2️⃣ Menutup\n3️⃣ Mendaur ulang\n\n#CegahDBD", "draf"),
    (2, "07.00", "SIKAKUNG", "story", "story-kelas-ibu.jpg", "", "draf"),
    (2, "16.00", "Pengumuman", "gambar", "jadwal-layanan.jpg", HOSTILE_CAPTION, "draf"),
    (3, "09.00", "Konde Emas", "reel", "senam.mp4", "Konde Emas: senam hamil lima menit di rumah 🤰", "draf"),
    (5, "09.00", "Hari Besar", "gambar", "hari-guru.png", "Hari AIDS Sedunia: kenali, cegah, dukung ❤️", "disetujui"),
    (5, "18.30", "Info Grafis", "gambar", "hipertensi.jpg", "Tensi normal itu berapa? Simpan, ya 📌", "disetujui"),
    (6, "12.00", "Dokumentasi", "gambar", "senam-lansia.jpg", "Senam lansia pagi ini, guyub dan sehat 💪", "disetujui"),
    (7, "18.30", "Inovasi", "gambar", "antrean-online.jpg", "Antre dari rumah lewat Mobile JKN 📱", "disetujui"),
    (8, "09.00", "Kegiatan Insidental", "gambar", "penyuluhan.jpg", "Penyuluhan gizi di RW 05 😊", "disetujui"),
    (12, "09.00", "Nice to Know", "gambar", "isi-piringku.png", "Minum air putih delapan gelas sehari 💧", "disetujui"),
    (13, "09.00", "Pengumuman", "gambar", "jadwal-layanan.jpg", "Jadwal libur akhir tahun segera diumumkan.", "draf"),
)  # fmt: skip
"""Days from today, time, segment, kind, files, caption, status."""

FATES = {
    "LN-06": ("held", "ditahan oleh dr. Hartono: menunggu angka dari Dinas Kesehatan", None),
    "LN-07": (
        "failed",
        "Instagram tidak dapat mengambil gambarnya dari alamat kami (9004)",
        timedelta(hours=16),
    ),
    "LN-08": (
        "unconfirmed",
        "jawaban Instagram tidak pernah datang; lihat di akunnya",
        timedelta(minutes=50),
    ),
    "LN-09": ("cancelled", "", None),
}
"""Status, what is said of it, and how long ago it should have gone out."""


@dataclass(frozen=True)
class Lively:
    """The centre while its Instagram runs beside it."""

    stage: Stage

    @property
    def folder(self) -> Path:
        """Where configuration, database and pictures lie."""
        return self.stage.folder

    def database(self) -> Database:
        """A connection of one's own; to be closed."""
        return Database(self.stage.database_url)


@contextmanager
def lively_centre(folder: Path) -> Iterator[Lively]:
    """Make it in this folder, in half a minute; its Instagram and mail server run as long as the context is open."""
    with set_up(folder, BEGIN) as stage:
        with stage.config.open("a", encoding="utf-8") as config:
            config.write(MORE_CONFIG)
        database = Database(stage.database_url)
        try:
            _fill(stage, database)
        finally:
            database.close()
        yield Lively(stage)


COMPLAINT = (
    "Kecewa banget, antrenya tiga jam baru dipanggil, padahal saya datang jam 6 pagi sama ibu saya yang sepuh"
)


@dataclass
class Linked:
    """A small centre whose board people reach by the links in its notices; its Instagram runs."""

    stage: Stage
    board: str
    _now: datetime

    def work(self) -> None:
        """Two minutes later, one pass of the worker."""
        self._now += timedelta(minutes=2)
        self.stage.move_to(self._now)
        done = self.stage.command("run-once")
        assert done.returncode == 0, done.stderr

    def said_on_instagram(self) -> list[str]:
        """What the centre has written there."""
        return [comment["text"] for comment in self.stage.door.state()["comments"] if comment["own"]]

    def mails(self) -> str:
        """Everything that anybody was told."""
        bodies = (mail.get_body(("plain",)) for mail in self.stage.sink.mails())
        return "\n".join(body.get_content() for body in bodies if body is not None)


@contextmanager
def centre_with_a_complaint(folder: Path) -> Iterator[Linked]:
    """Somebody has complained under a post, and the complaint team was told."""
    with set_up(folder, BEGIN) as stage:
        board = load(stage.config).media.public_base_url.removesuffix("/media")
        with stage.config.open("a", encoding="utf-8") as config:
            config.write(f'{MORE_CONFIG}\n[board]\npublic_url = "{board}"\n')
        media_id = stage.door.media("image", "Jam layanan kami")
        stage.door.comment("warga.polowijen", COMPLAINT, media_id=media_id)
        database = Database(stage.database_url)
        _let_in(database)
        database.close()
        linked = Linked(stage, board, BEGIN)
        linked.work()
        yield linked


def made_once(folder: Path, *, fresh: bool = False) -> Path:
    """The configuration of a centre in this folder, made where it is not there yet, also by two who ask at once."""
    folder.mkdir(parents=True, exist_ok=True)
    done = folder.with_name(f"{folder.name}.made")
    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if fresh or not done.exists():
            done.unlink(missing_ok=True)
            shutil.rmtree(folder)
            with lively_centre(folder):
                pass
            done.touch()
    return folder / "config.toml"


def _fill(stage: Stage, database: Database) -> None:
    past = made_up()
    put_cases(database, past)
    _import(stage, "rencana.xlsx")
    (stage.folder / "gambar" / "senam.mp4").write_bytes(tiny_mp4())
    _write_sheet(stage.folder / "rencana-desember.csv")
    _import(stage, "rencana-desember.csv")
    words = [*the_public(), *_unkind()]
    public = Public(stage, database, words)
    for moment in STOPS:
        stage.move_to(moment)
        public.write_until(moment)
        stage.command("run-once")  # what of it failed stands in the database, and is there to be looked at
    put_the_rest(database, past)
    _move_cases(database)
    _let_fare(database)
    _let_in(database)


def _import(stage: Stage, name: str) -> None:
    done = stage.command("posts", "import", str(stage.folder / name), "--json")
    assert done.returncode == 0, done.stderr


def _write_sheet(file: Path) -> None:
    with file.open("w", encoding="utf-8", newline="") as opened:
        sheet = csv.DictWriter(opened, HEADS, restval="")
        sheet.writeheader()
        for number, (days, at, segment, kind, files, caption, status) in enumerate(_ROWS, 1):
            approved = status == "disetujui"
            sheet.writerow(
                {
                    "kode": f"LN-{number:02d}",
                    "tanggal": f"{NOW + timedelta(days=days):%d/%m/%Y}",
                    "jam": at,
                    "segmen": segment,
                    "jenis": kind,
                    "media": ";".join(f"gambar/{name}" for name in files.split(";")),
                    "caption": caption,
                    "alt_text": ""
                    if number % 3 == 0 or kind in ("story", "reel")
                    else f"Gambar untuk {segment}",
                    "ada_pasien": "tidak",
                    "status": status,
                    "pembuat": HOSTILE_NAME if number == 4 else PEOPLE[Role.MAKER],
                    "redaksi": PEOPLE[Role.EDITOR],
                    "verifikator": PEOPLE[Role.VERIFIER] if approved else "",
                    "penanggung_jawab": PEOPLE[Role.HOLDER],
                }
            )


def _unkind() -> Iterator[Word]:
    for number, (author, text) in enumerate(HOSTILE_WORDS):
        at = datetime(2026, 11, 25, 8, number, tzinfo=ZONE)
        channel, on = ("dm", "") if number % 4 == 3 else ("comment", "POL-1125-01")
        yield Word(at, channel, author, text, on, None, "lainnya")


def _move_cases(database: Database) -> None:
    """Of the day's cases one each is acknowledged, worked on, resolved, rejected and merged; the others wait."""
    by = Mover(PEOPLE[Role.COMPLAINTS], NOW.astimezone(UTC))
    with database.writing() as connection:
        numbers = [stored.number for stored in cases.listed(connection) if stored.case.opened_at >= BEGIN]

    def one(place: int) -> cases.StoredCase:
        with database.reading() as connection:
            found = cases.get(connection, numbers[place])
        assert found is not None
        return found

    moves.patiently(database, lambda connection: moves.acknowledge(connection, one(0), by))
    moves.patiently(database, lambda connection: moves.start(connection, one(1), by))
    moves.patiently(
        database,
        lambda connection: moves.resolve(
            connection,
            one(2),
            by,
            "AC ruang tunggu sudah diperbaiki, terima kasih atas masukannya 🙏",
            "AC diganti",
        ),
    )
    moves.patiently(
        database, lambda connection: moves.reject(connection, one(3), by, "Bukan layanan puskesmas kami")
    )
    moves.patiently(
        database,
        lambda connection: moves.note(connection, one(1), by, "Sudah dibicarakan dengan loket pendaftaran"),
    )


def _let_fare(database: Database) -> None:
    """What takes days of bad luck to happen, written where it would stand."""
    posts = schema.posts
    with database.writing() as connection:
        for key, (status, why, ago) in FATES.items():
            moved = {"scheduled_at": NOW.astimezone(UTC) - ago} if ago else {}
            changed = update(posts).where(posts.c.key == key)
            connection.execute(changed.values(status=status, last_error=why, next_at=None, **moved))
        row = connection.execute(select(posts).where(posts.c.key == "LN-02")).one()
        why = "ditolak dr. Sari Dewanti: angka di gambar kedua belum diganti"
        connection.execute(update(posts).where(posts.c.id == row.id).values(last_error=why))


def _let_in(database: Database) -> None:
    kept = passwords.hashed(PASSWORD)
    now = NOW.astimezone(UTC)
    with database.writing() as connection:
        for role, full_name in PEOPLE.items():
            more = {"unit": UNIT} if role is Role.HOLDER else {}
            users.add(
                connection,
                role.value,
                full_name,
                [role.value],
                kept,
                now,
                full_texts=role in READS_FULL_TEXTS,
                **more,
            )
        users.add(connection, "iseng", HOSTILE_NAME, [Role.MAKER.value], kept, now)
        users.add(connection, "inggris", "Grace Hopper", [Role.VERIFIER.value, Role.COMPLAINTS.value], kept, now,
                  language="en", full_texts=True)  # fmt: skip
