"""What operators are told of the worker itself: what does not run, what runs again, when it was away."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

from ig_worker.flows.outbox import Letter

TITLE = "ig-worker membutuhkan bantuan"

NAMES = {
    "sheet": "membaca lembar rencana",
    "publish": "menerbitkan posting",
    "prepare": "menyiapkan posting",
    "inbox": "membaca komentar dan pesan",
    "replies": "membalas komentar dan pesan",
    "cases": "mencatat pengaduan",
    "notices": "mengirim pemberitahuan",
    "media": "memeriksa gambar dan video",
    "token": "memperbarui token akses",
    "insights": "mengumpulkan angka",
    "insights_sheet": "mengisi lembar angka",
    "report": "membuat laporan",
    "rising": "memperhatikan topik yang meningkat",
    "housekeeping": "merapikan berkas",
    "backup": "membuat cadangan",
    "retention": "menghapus data yang sudah cukup lama disimpan",
    "integrity": "pemeriksaan mingguan seluruh basis data",
    "health": "memeriksa kesehatan ig-worker",
}
"""The jobs as those who read notices know them."""


def shown(moment: datetime, zone: tzinfo) -> str:
    """``25/11/2026 09.00``."""
    return f"{moment.astimezone(zone):%d/%m/%Y %H.%M}"


def named(job: str) -> str:
    """The job in words, with its name in the commands."""
    return f"{NAMES[job]} ({job})" if job in NAMES else job


def late(lines: Sequence[Mapping[str, object]], now: datetime, zone: tzinfo) -> Letter:
    """Jobs that have had no success for too long; a line as in ``status``."""
    told = []
    for line in lines:
        last = line["last_success_at"]
        since = (
            f"terakhir berhasil {shown(datetime.fromisoformat(str(last)), zone)}"
            if last
            else "belum pernah berhasil"
        )
        why = f"; sebab: {line['last_error']}" if line["last_error"] else "; tidak selesai dan tidak gagal"
        told.append(f"- {named(str(line['name']))}: {since}{why}")
    names = ", ".join(str(line["name"]) for line in lines)
    # As long with all the jobs as with one: PostgreSQL refuses a key that is longer than its column.
    which = hashlib.sha256(names.encode()).hexdigest()[:16]
    return Letter(
        key=f"late:{which}:{now.isoformat(timespec='seconds')}",
        title=f"{TITLE}: pekerjaan berikut terlambat: {names}",
        body="\n".join(
            [
                "Pekerjaan berikut sudah terlalu lama tidak berhasil:",
                *told,
                "",
                "ig-worker terus mencoba, dan tidak ada posting atau pesan yang hilang karenanya.",
                "Mohon jalankan: ig-worker doctor. Bila besok masih sama, mulai ulang ig-worker.",
                "Anda akan diberi tahu begitu semuanya berjalan lagi.",
            ]
        ),
    )


def stuck(threads: Sequence[str], now: datetime) -> Letter:
    """Threads that do not advance at all."""
    return Letter(
        key=f"stuck:{now.isoformat(timespec='seconds')}",
        title=f"{TITLE}: ada bagian yang macet",
        body="\n".join(
            [
                "Bagian berikut tidak bergerak lagi: " + ", ".join(threads) + ".",
                "Mohon mulai ulang ig-worker (misalnya: systemctl restart ig-worker). Yang sedang dikerjakan "
                "diselesaikan sesudahnya; tidak ada yang terbit dua kali.",
                "Penjelasan: ig-worker doctor --explain IGW-E023",
            ]
        ),
    )


def well_again(names: Sequence[str], now: datetime) -> Letter:
    """Everything that was told of runs again."""
    words = ", ".join(named(name) for name in names)
    return Letter(
        key=f"well:{now.isoformat(timespec='seconds')}",
        title="ig-worker: semua pekerjaan berjalan lagi",
        body=f"Yang sebelumnya terlambat sudah berjalan lagi: {words}. Tidak ada yang perlu Anda lakukan.",
    )


def was_away(since: datetime, now: datetime, zone: tzinfo, *, in_order: bool) -> Letter:
    """The worker was off for a while."""
    how = "dihentikan" if in_order else "mati (mungkin listrik padam atau komputer dimulai ulang)"
    return Letter(
        key=f"away:{since.isoformat(timespec='seconds')}",
        title=f"ig-worker tidak berjalan dari {shown(since, zone)} sampai {shown(now, zone)}",
        body=(
            f"ig-worker {how} pada {shown(since, zone)} dan berjalan lagi sejak {shown(now, zone)}.\n"
            "Komentar dan pesan dari waktu itu dibaca sekarang. Posting yang waktunya sudah terlalu lama lewat "
            "ditahan dan menunggu keputusan Anda; mohon lihat daftar posting."
        ),
    )


def disk_low(free: int, wanted_mb: int, folder: str, now: datetime) -> Letter:
    """Little space is left; sizes in bytes and megabytes."""
    return Letter(
        key=f"disk:{now.isoformat(timespec='seconds')}",
        title=f"{TITLE}: ruang disk hampir habis",
        body=(
            f"Di disk tempat {folder} tersisa {free // 1_000_000} MB, kurang dari {wanted_mb} MB.\n"
            "ig-worker tetap bekerja selama masih ada ruang. Mohon kosongkan ruang: berkas lama di folder unduhan, "
            "log sistem, atau cadangan yang sudah disalin ke tempat lain.\n"
            "Penjelasan: ig-worker doctor --explain IGW-E012"
        ),
    )


def disk_well(free: int, now: datetime) -> Letter:
    """There is space again."""
    return Letter(
        key=f"disk-well:{now.isoformat(timespec='seconds')}",
        title="ig-worker: ruang disk cukup lagi",
        body=f"Ruang disk sudah cukup lagi ({size(free)} bebas). Tidak ada yang perlu Anda lakukan.",
    )


def clock_wrong(ahead: float, now: datetime) -> Letter:
    """The machine's clock differs from Instagram's by so many seconds; above zero it is ahead."""
    how = "lebih cepat" if ahead > 0 else "lebih lambat"
    return Letter(
        key=f"clock:{now.isoformat(timespec='seconds')}",
        title=f"{TITLE}: jam komputer salah",
        body=(
            f"Jam komputer ini {span(abs(ahead))} {how} daripada jam Instagram.\n"
            "Posting tetap diterbitkan menurut jam Instagram, tetapi tenggat kasus, jam tenang, dan waktu di daftar "
            "mengikuti jam komputer.\n"
            "Mohon aktifkan waktu dari internet, misalnya: sudo timedatectl set-ntp true. Bila jam selalu salah "
            "sesudah listrik padam, baterai jam komputer perlu diganti.\n"
            "Penjelasan: ig-worker doctor --explain IGW-E014"
        ),
    )


def clock_right(now: datetime) -> Letter:
    """The machine's clock is right again."""
    return Letter(
        key=f"clock-right:{now.isoformat(timespec='seconds')}",
        title="ig-worker: jam komputer benar lagi",
        body="Jam komputer sudah sama dengan jam Instagram. Tidak ada yang perlu Anda lakukan.",
    )


def span(seconds: float) -> str:
    """``3 menit``, ``7 jam``, ``2 hari``."""
    for length, word in ((86_400, "hari"), (3_600, "jam"), (60, "menit")):
        if seconds >= length:
            return f"{round(seconds / length)} {word}"
    return f"{round(seconds)} detik"


def size(amount: int) -> str:
    """``12,3 GB`` or ``850 MB``."""
    return f"{amount / 1e9:.1f} GB".replace(".", ",") if amount >= 1e9 else f"{amount // 1_000_000} MB"
