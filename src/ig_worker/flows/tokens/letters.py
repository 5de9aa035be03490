"""What the operators are told of an access token, in words that lead back."""

from __future__ import annotations

from datetime import datetime, tzinfo

from ig_worker.domain.token_life import days_left
from ig_worker.flows.outbox import Letter

WHY = {
    458: "izin aplikasi dicabut dari akun ini",
    459: "Instagram meminta pemilik akun masuk dan menyelesaikan pemeriksaan keamanan",
    460: "kata sandi akun diganti, atau Instagram mengakhiri sesinya demi keamanan",
    463: "masa berlaku token sudah habis",
    464: "akun belum dikonfirmasi oleh pemiliknya",
    467: "token dinyatakan tidak berlaku",
    492: "pemilik token tidak lagi berperan di Halaman Facebook",
}
"""By subcode of 190 (`instagram_api.md`, section G)."""

OWNER = {459, 464, 492}
"""Subcodes that the account's owner can cure, so that the same token may live again."""


def way_back(account: str, *, facebook: bool) -> str:
    """How a person gets the account a new token."""
    where = (
        "developers.facebook.com/tools/explorer, pilih aplikasi puskesmas, lalu “Generate Access Token”"
        if facebook
        else "developers.facebook.com, buka aplikasi puskesmas: Instagram > API setup with Instagram login > "
        "Generate token"
    )
    return (
        f"1. Buat token baru: {where}.\n"
        f"2. Di server jalankan: ig-worker token exchange --short --account {account}\n"
        "   lalu tempelkan tokennya saat diminta (tidak akan tampak di layar).\n"
        f"   Token yang sudah berlaku 60 hari dapat ditulis di [accounts.{account}] access_token; sesudah itu "
        "mulai ulang ig-worker."
    )


def stopped(
    account: str, since: datetime, code: str, now: datetime, zone: tzinfo, *, facebook: bool
) -> Letter:
    """Instagram refuses the token, and the account stands still; one at the stop, later ones remind of it."""
    subcode = int(code.partition("/")[2] or 0)
    why = WHY.get(subcode, "Instagram menolak token aksesnya")
    day = (now - since).days
    again = f"sudah {day} hari " if day else ""
    title = f"Akun {account} {again}berhenti: token akses Instagram tidak diterima"
    owner = (
        "Mohon pemilik akun membuka aplikasi Instagram (atau Facebook) dan mengikuti petunjuknya. Bila sesudah itu "
        "belum pulih:\n"
        if subcode in OWNER
        else ""
    )
    body = (
        f"{title}.\n"
        f"Sejak {_written(since, zone)} Instagram menolak tokennya (kode {code}): {why}.\n"
        "Selama ini ig-worker tidak menerbitkan, membaca, atau membalas apa pun untuk akun ini. Postingan yang sudah "
        "disetujui tetap menunggu dan tidak hilang; yang terlambat akan menunggu keputusan Anda. Kasus, "
        "pemberitahuan, laporan, dan akun lain tetap berjalan.\n"
        "Untuk menghidupkannya kembali:\n"
        f"{owner}{way_back(account, facebook=facebook)}\n"
        f"Bila token yang lama ternyata masih berlaku: ig-worker token refresh --account {account}"
    )
    return Letter(f"token:stopped:{account}:{since:%Y%m%dT%H%M%S}:{day}", title, body)


def lives_again(account: str, since: datetime, now: datetime, zone: tzinfo) -> Letter:
    """The token is taken again, and the account goes on."""
    title = f"Akun {account} berjalan lagi"
    body = (
        f"{title}: Instagram menerima tokennya kembali. Akun ini berhenti sejak {_written(since, zone)}.\n"
        "Postingan yang sementara itu terlambat menunggu keputusan Anda (ig-worker posts list --status held)."
    )
    return Letter(f"token:alive:{account}:{now:%Y%m%dT%H%M%S}", title, body)


def went_back(account: str, code: str, now: datetime, zone: tzinfo) -> Letter:
    """A fresh token was refused; the one before it is used again."""
    year, week, _ = now.astimezone(zone).isocalendar()
    title = f"Akun {account}: token yang baru diperpanjang ditolak Instagram"
    body = (
        f"{title} (kode {code}).\n"
        "ig-worker kembali memakai token yang lama, jadi pekerjaannya tetap berjalan. Perpanjangan dicoba lagi besok. "
        f"Bila ini terulang, mohon diperiksa dengan: ig-worker token status"
    )
    return Letter(f"token:back:{account}:{year}-W{week:02}", title, body)


def ends_soon(
    account: str, end: datetime, step: int, now: datetime, zone: tzinfo, *, failing: str, facebook: bool
) -> Letter:
    """The token ends within `step` days; `failing` says why it could not be refreshed, where that was tried."""
    left = _left(end, now)
    title = f"Akun {account}: token akses Instagram habis {left}"
    tried = (
        f"Sudah dicoba diperpanjang, tetapi belum berhasil: {failing}\nig-worker masih mencobanya setiap jam.\n"
        if failing
        else "ig-worker memperpanjangnya sendiri bila bisa; surat ini berarti hal itu belum terjadi.\n"
    )
    body = (
        f"{title}, yaitu {_written(end, zone)}.\n{tried}"
        "Sesudah habis, token tidak dapat diperpanjang lagi dan akun ini berhenti bekerja. Sebelum itu, mohon:\n"
        f"{way_back(account, facebook=facebook)}"
    )
    return Letter(f"token:ends:{account}:{end:%Y%m%d}:{step}", title, body)


def data_ends_soon(account: str, end: datetime, step: int, now: datetime, zone: tzinfo) -> Letter:
    """Facebook Login: Meta closes the account's data within `step` days, although the token itself may go on."""
    title = f"Akun {account}: akses data Instagram ditutup Meta {_left(end, now)}"
    body = (
        f"{title}, yaitu {_written(end, zone)}.\n"
        "Meta menutup akses data bila pemilik token sekitar 90 hari tidak memakai aplikasinya, juga bila tokennya "
        "sendiri belum habis. Sesudah itu komentar, pesan, dan angka tidak dapat dibaca lagi. Sebelum itu, mohon:\n"
        f"{way_back(account, facebook=True)}"
    )
    return Letter(f"token:data:{account}:{end:%Y%m%d}:{step}", title, body)


def never_refreshed(
    account: str, since: datetime, failing: str, now: datetime, zone: tzinfo, *, facebook: bool
) -> Letter:
    """Its end is not known, and it has not been possible to refresh it for days; said once a week."""
    title = f"Akun {account}: token akses Instagram belum dapat diperpanjang"
    body = (
        f"{title} sejak {_written(since, zone)}: {failing}\n"
        "Kapan token ini habis tidak diketahui, paling lama 60 hari sesudah dibuat. ig-worker masih mencoba setiap "
        "jam. Agar aman, mohon buat token baru:\n"
        f"{way_back(account, facebook=facebook)}"
    )
    return Letter(f"token:unknown:{account}:{since:%Y%m%d}:{(now - since).days // 7}", title, body)


def end_untold(account: str, since: datetime, failing: str, now: datetime, zone: tzinfo) -> Letter:
    """Meta does not tell what it knows of the token, so that no end can be warned of; said once a week."""
    title = f"Akun {account}: masa berlaku token akses Instagram tidak dapat dibaca"
    body = (
        f"{title} sejak {_written(since, zone)}: {failing}\n"
        "Akun tetap bekerja, tetapi ig-worker tidak dapat memberi tahu sebelum token atau akses datanya habis. Mohon "
        f"isi app_id dan app_secret aplikasi Meta di bagian [accounts.{account}] pada config.toml, lalu nyalakan ulang "
        "ig-worker. Untuk memeriksa: ig-worker doctor"
    )
    return Letter(f"token:untold:{account}:{since:%Y%m%d}:{(now - since).days // 7}", title, body)


def _left(end: datetime, now: datetime) -> str:
    days = days_left(end, now)
    return f"dalam {days} hari" if days > 0 else "dalam kurang dari sehari"


def _written(moment: datetime, zone: tzinfo) -> str:
    return f"{moment.astimezone(zone):%d/%m/%Y pukul %H.%M}"
