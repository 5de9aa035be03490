"""Says in Indonesian what the journal keeps in English: what was done, by whose name it stands beside.

A line is data, the same for ever; what people wrote in it (a note, a reason, an answer) stays as they wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ig_worker.domain import silences
from ig_worker.domain.forgotten import CASE_PURGED, PIECE_ERASED, PIECE_WITHOUT_ANOTHER
from ig_worker.domain.register_words import STATUSES, word

_SAID = {
    # Cases
    "acknowledged": "menerima kasus ini",
    "acknowledged the danger": "sudah tahu tentang bahayanya",
    "work began": "mulai menangani",
    "the team was told": "tim sudah diberi tahu",
    "answered on Instagram": "sudah menjawab di Instagram",
    "lifted": "mencabut krisis ini",
    CASE_PURGED: "masa simpannya habis: isi, nama, dan berkasnya dihapus; nomor, tanggal, dan jumlahnya tetap ada",
    # Posts
    "planned again": "direncanakan lagi",
    "approval withdrawn": "persetujuan dicabut di lembar rencana",
    "approved in the sheet": "disetujui di lembar rencana",
    "approved, now that its media are known": "disetujui setelah berkasnya diketahui",
    "approved as verifikator": "menyetujui sebagai verifikator",
    "approved as penanggung jawab": "menyetujui sebagai penanggung jawab",
    "cancelled in the sheet": "dibatalkan di lembar rencana",
    "its row vanished": "barisnya tidak ada lagi di lembar rencana",
    "made on the board": "membuatnya di papan",
    "changed on the board": "mengubahnya di papan",
    "the row changed": "barisnya di lembar rencana berubah",
    "cancelled": "membatalkan",
    "held": "ditahan",
    "to be tried again": "meminta supaya dicoba lagi",
    "its media are to be tried again": "meminta supaya berkasnya dicoba lagi",
    "seen: not published": "sudah melihat: belum terbit",
    # Messages
    "hidden from the public": "menyembunyikan dari umum",
    "shown to the public again": "menampilkan lagi untuk umum",
    "hidden on Instagram": "disembunyikan di Instagram",
    "shown again on Instagram": "ditampilkan lagi di Instagram",
    "it is there again": "ada lagi di Instagram",
    "there again": "ada lagi di Instagram",
    "it is gone from Instagram": "tidak ada lagi di Instagram",
    "its author is told now": "penulisnya sudah diketahui",
    "its words are shown now": "isinya sudah terbaca",
    "taken back by its sender": "ditarik kembali oleh pengirimnya",
    "its sender took it back: its words are hidden": "ditarik kembali oleh pengirimnya; isinya disembunyikan",
    "its words are shown again": "isinya ditampilkan lagi",
    "its words and whatever showed them are erased": "isinya dan semua yang menampilkannya sudah dihapus",
    PIECE_ERASED: "berkas bukti yang memperlihatkan isi pesan seseorang dihapus atas permintaannya",
    PIECE_WITHOUT_ANOTHER: "berkas bukti yang memperlihatkan isi pesan lain yang ditarik pengirimnya dihapus",
    "erased at the request of whoever wrote it": "dihapus atas permintaan penulisnya",
    "waits for a person": "menunggu petugas",
    "waits for a person again": "menunggu petugas lagi",
    # Users of the board
    "not let in any more": "tidak boleh masuk ke papan lagi",
    "let in again": "boleh masuk ke papan lagi",
    "was given a new password": "diberi kata sandi baru",
    "changed the password": "mengganti kata sandi",
    "logins held back after wrong passwords": "percobaan masuk ditahan sebentar karena kata sandi salah",
    # Channels of notices
    "a test notice was sent": "mengirim pemberitahuan percobaan",
    "a test notice did not arrive": "mengirim pemberitahuan percobaan, tetapi tidak sampai",
    # Accounts
    "adopted the access token of the configuration": "memakai token akses dari konfigurasi",
    "refreshed the access token": "memperpanjang token akses",
    "fetched a new access token": "menerima token akses yang baru",
    "the access token is taken again": "token akses diterima lagi",
    "told": "sudah diberitahukan",
}  # fmt: skip

_POST_EVENTS = {
    "approve": "disetujui",
    "reject": "dikembalikan sebagai draf",
    "content changed": "isinya berubah",
    "hold": "ditahan",
    "cancel": "dibatalkan",
    "start": "mulai disiapkan",
    "child made": "satu berkas sudah dikirim ke Instagram",
    "children ready": "semua berkasnya siap di Instagram",
    "container made": "sudah dikirim ke Instagram untuk disiapkan",
    "container ready": "siap terbit",
    "container gone": "harus disiapkan lagi",
    "postpone": "dicoba lagi nanti",
    "fail": "gagal",
    "intend": "mulai diterbitkan",
    "out": "sudah terbit",
    "found": "ditemukan sudah terbit di Instagram",
    "unclear": "belum pasti sudah terbit atau belum",
    "not out": "belum terbit",
    "give up": "tidak dapat dipastikan; menunggu petugas",
}

_REPLY_EVENTS = {
    "intend": "mulai dikirim",
    "sent": "terkirim",
    "unclear": "belum pasti terkirim atau belum",
    "looked in vain": "dicari di Instagram, belum ditemukan",
    "not sent": "belum terkirim",
    "postpone": "ditunda",
    "skip": "tidak dikirim",
    "refused": "ditolak Instagram",
    "let go": "dibiarkan seperti adanya",
    "planned": "direncanakan",
    "sending": "sedang dikirim",
    "unconfirmed": "belum pasti terkirim atau belum",
    "skipped": "tidak dikirim",
    "failed": "gagal dikirim",
}

_REPLIES = {
    "reply": "balasan otomatis",
    "reply (thanks)": "ucapan terima kasih",
    "reply (acknowledgement)": "tanda terima otomatis",
    "reply (emergency)": "balasan darurat",
    "reply (answer)": "jawaban otomatis",
    "answer": "jawaban",
    "first comment": "komentar pertama",
}

_REASONS = {
    "nobody answers": "Instagram tidak menjawab",
    "something there": "ada yang mirip di Instagram, tetapi belum pasti",
}

_DEADLINES = {
    "acknowledge": "tanggapan pertama",
    "follow_up": "tindak lanjut",
    "resolve": "penyelesaian",
    "unit": "tanggapan unit",
}

_TEAMS = {
    "complaint_team": "tim keluhan",
    "operators": "petugas ig-worker",
    "content_team": "tim konten",
    "on_duty": "petugas jaga",
    "quality_lead": "PJ mutu",
    "head": "kepala puskesmas",
}

_SETTLED = {
    "answered": "sudah dijawab",
    "faq": "dijawab otomatis",
    "label": "penilaiannya berubah",
    "deleted": "sudah dihapus penulisnya",
    "case": "sudah menjadi kasus",
}

_CRISES = {"topic": "tentang", "post": "di bawah postingan", "pace": "dalam waktu singkat"}

_RISING = {"topic": "topik", "word": "kata"}


def in_indonesian(what: str) -> str:
    """The line in Indonesian; one that is not known as it stands."""
    if what in _SAID:
        return _SAID[what]
    for pattern, said in _PATTERNS:
        if found := pattern.fullmatch(what):
            return said(found)
    return what


def team_in_words(team: str) -> str:
    """A team as people call it: ``complaint_team`` is "tim keluhan", ``unit:farmasi`` "unit Farmasi"."""
    return f"unit {word(team[5:])}" if team.startswith("unit:") else _TEAMS.get(team, team)


def _reason(found: re.Match[str]) -> str:
    why = found["why"]
    return "" if not why else f": {_REASONS.get(why) or silences.in_indonesian(why)}"


def _all(written: str, say: Callable[[str], str]) -> str:
    return ", ".join(say(part) for part in written.split(", "))


def _deadline(name: str) -> str:
    return _DEADLINES.get(name, name)


def _assigned(found: re.Match[str]) -> str:
    parts = {
        "diserahkan kepada": found["to"],
        "unit": word(found["unit"] or ""),
        "tingkat": found["severity"],
        "jenis": found["kind"],
        "rencana:": found["plan"],
    }
    return "mengatur kasus ini: " + ", ".join(f"{name} {value}" for name, value in parts.items() if value)


def _resolved(found: re.Match[str]) -> str:
    parts = {"jawaban": found["answer"], "tindak lanjut": found["follow"]}
    said = [f"{name}: {value}" for name, value in parts.items() if value]
    return "; ".join((["menyelesaikan kasus ini"] if found["resolved"] else []) + said)


def _relabelled(found: re.Match[str]) -> str:
    return (
        f"menilai ulang: dari {found['was']} ({word(found['was_about'])}) "
        f"menjadi {found['is']} ({word(found['about'])})"
    )


def _access(said: str) -> str:
    return said.replace("_", " ").replace("; full texts", "; teks lengkap")


def _as(said: str) -> Callable[[re.Match[str]], str]:
    return lambda found: said.format(**found.groupdict())


_EVENT = "|".join(map(re.escape, _POST_EVENTS))
_SENT = "|".join(map(re.escape, _REPLY_EVENTS))
_OURS = "|".join(map(re.escape, _REPLIES))
_WHY = r"(?:: (?P<why>.+))?"

_TABLE: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    # Users of the board
    (r"let in as (?P<what>.+)", lambda found: f"diberi akses ke papan sebagai {_access(found['what'])}"),
    (r"is now (?P<what>.+)", lambda found: f"aksesnya sekarang: {_access(found['what'])}"),
    (r"is called (?P<name>.+)", _as("namanya sekarang {name}")),
    (r"chose the language (?P<language>.+)", _as("memilih bahasa {language}")),
    (r"sessions ended: (?P<many>\w+)", _as("dikeluarkan dari {many} perangkat")),
    # Cases
    (
        r"opened: (?P<label>\w+), (?P<topic>\w+)",
        lambda found: f"kasus dibuka: {found['label']} tentang {word(found['topic'])}",
    ),
    (
        r"assigned: (?:to (?P<to>.+?)(?:, (?=unit |severity |kind |plan: )|$))?"
        r"(?:unit (?P<unit>.+?)(?:, (?=severity |kind |plan: )|$))?"
        r"(?:severity (?P<severity>\w+)(?:, (?=kind |plan: )|$))?"
        r"(?:kind (?P<kind>\w+)(?:, (?=plan: )|$))?(?:plan: (?P<plan>.+))?",
        _assigned,
    ),
    (r"note: (?P<text>.+)", _as("mencatat: {text}")),
    (r"plan: (?P<text>.+)", _as("mencatat rencana tindak lanjut: {text}")),
    (
        r"(?P<resolved>resolved)?(?:(?:; )?answer: (?P<answer>.+?))?(?:(?:; )?follow-up: (?P<follow>.+))?",
        _resolved,
    ),
    (r"rejected: (?P<why>.+)", _as("menolak: {why}")),
    (r"merged into (?P<other>.+)", _as("menggabungkan kasus ini ke dalam {other}")),
    (r"(?P<other>K-\S+) goes on here", _as("kasus {other} dilanjutkan di sini")),
    (
        r"reopened, it was (?P<was>\w+): (?P<why>.+)",
        lambda found: (
            f"membuka lagi (sebelumnya {STATUSES.get(found['was'], found['was']).lower()}): {found['why']}"
        ),
    ),
    (
        r"message (?P<id>\S+) joined the case(?P<again> and opened it again)?",
        lambda found: (
            f"pesan {found['id']} masuk ke kasus ini" + (" dan membukanya lagi" if found["again"] else "")
        ),
    ),
    (
        r"reminded (?P<teams>.+?) of: (?P<names>.+)",
        lambda found: (
            f"mengingatkan {_all(found['teams'], team_in_words)} akan batas {_all(found['names'], _deadline)}"
        ),
    ),
    (
        r"reminded (?P<teams>.+) of a danger that nobody has acknowledged",
        lambda found: (
            f"mengingatkan {_all(found['teams'], team_in_words)} akan bahaya yang belum ditanggapi siapa pun"
        ),
    ),
    (
        r"begins \((?P<kind>topic|post|pace) ?(?P<about>.*)\) with (?P<count>\S+) complaints",
        lambda found: (
            f"krisis dimulai: {found['count']} keluhan {_CRISES[found['kind']]} {word(found['about'])}".rstrip()
        ),
    ),
    (r"lifted: (?P<why>.+)", _as("mencabut krisis ini: {why}")),
    (r"has grown to (?P<count>\S+) complaints", _as("bertambah menjadi {count} keluhan")),
    (
        r"took the full register: (?P<month>.+), (?P<account>.+), (?P<form>\w+), (?P<count>\S+) cases",
        lambda found: (
            f"mengambil register lengkap ({found['form']}): "
            f"{'semua bulan' if found['month'] == 'all' else found['month']}, "
            f"{'semua akun' if found['account'] == 'all accounts' else found['account']}, {found['count']} kasus"
        ),
    ),
    # Posts
    (r"planned from (?P<source>.+) row (?P<row>\S+)", _as("direncanakan dari {source}, baris {row}")),
    (
        r"changed on the board: (?P<columns>[^;]+)(?:; the approval of (?P<names>.+) is void)?",
        lambda found: (
            f"mengubahnya di papan: {found['columns']}"
            + (f"; persetujuan {found['names']} tidak berlaku lagi" if found["names"] else "")
        ),
    ),
    (
        r"the row changed(?:: (?P<columns>[^;]+))?(?:; the approval of (?P<names>.+) is void)?",
        lambda found: (
            "barisnya di lembar rencana berubah"
            + (f": {found['columns']}" if found["columns"] else "")
            + (f"; persetujuan {found['names']} tidak berlaku lagi" if found["names"] else "")
        ),
    ),
    (r"held: (?P<why>.+)", _as("ditahan: {why}")),
    (
        r"approved as (?P<role>.+?), overruling: (?P<why>.+)",
        _as("menyetujui sebagai {role}, dengan mengesampingkan temuan: {why}"),
    ),
    (r"rejected as (?P<role>.+?): (?P<why>.+)", _as("menolak sebagai {role}: {why}")),
    (r"moved to (?P<when>.+)", _as("memindahkan ke {when}")),
    (r"seen: published as (?P<id>.+)", _as("sudah melihat: terbit sebagai {id}")),
    (
        rf"(?P<kind>{_OURS}) (?P<event>{_SENT}){_WHY}",
        lambda found: f"{_REPLIES[found['kind']]} {_REPLY_EVENTS[found['event']]}{_reason(found)}",
    ),
    (rf"(?P<event>{_EVENT}){_WHY}", lambda found: f"{_POST_EVENTS[found['event']]}{_reason(found)}"),
    # Messages
    (
        r"relabelled from (?P<was>\w+), (?P<was_about>\w+) to (?P<is>\w+), (?P<about>\w+)",
        _relabelled,
    ),
    (r"edited by its author; it said: (?P<text>.*)", _as("diubah oleh penulisnya; sebelumnya: {text}")),
    (
        r"told (?P<team>\S+) that it waits",
        lambda found: f"memberi tahu {team_in_words(found['team'])} bahwa pesan ini menunggu",
    ),
    (
        r"waits no longer \((?P<by>.+)\)",
        lambda found: (
            f"tidak menunggu lagi: {_SETTLED[found['by']]}"
            if found["by"] in _SETTLED
            else f"tidak menunggu lagi ({found['by']})"
        ),
    ),
    (
        r"(?P<team>\S+) is asked whether to hide it: (?P<what>.+)",
        lambda found: (
            f"bertanya kepada {team_in_words(found['team'])} apakah perlu disembunyikan: {found['what']}"
        ),
    ),
    (
        r"a person was erased on request \((?P<count>\S+) messages\): (?P<why>.*)",
        _as("menghapus data seseorang atas permintaannya ({count} pesan): {why}"),
    ),
    (
        r"a person's data were handed over \((?P<count>\S+) messages, (?P<cases>\S+) cases\)",
        _as("menyerahkan data seseorang atas permintaannya ({count} pesan, {cases} kasus)"),
    ),
    (r"restored from a backup: (?P<what>.*)", _as("dipulihkan dari cadangan: {what}")),
    # The rest
    (r"the access token is allowed: (?P<what>.*)", _as("izin token akses: {what}")),
    (
        r"the fresh access token was refused \((?P<code>.*)\): back to the old one",
        _as("token akses yang baru ditolak ({code}); kembali ke yang lama"),
    ),
    (
        r"Instagram refuses the access token \((?P<code>.*)\): the account stops",
        _as("Instagram menolak token akses ({code}); akun ini berhenti"),
    ),
    (
        r"piece (?P<number>\S+), message (?P<message>\S+) (?P<occasion>\S+): (?P<chain>\S+)",
        _as("bukti {number} untuk pesan {message} ({occasion}) masuk ke rantai: {chain}"),
    ),
    (
        r"begins \((?P<kind>\w+) (?P<term>.+): (?P<count>\S+) messages, usual (?P<usual>\S+)\)",
        lambda found: (
            f"mulai ramai: {_RISING.get(found['kind'], found['kind'])} {found['term']}, "
            f"{found['count']} pesan (biasanya {found['usual']})"
        ),
    ),
    (r"ends \((?P<kind>\w+) (?P<term>.+)\)", _as("tidak ramai lagi: {term}")),
    (
        r"was told by the alarm of crisis (?P<crisis>\S+)",
        _as("sudah diberitahukan lewat peringatan krisis {crisis}"),
    ),
)

_PATTERNS = [(re.compile(pattern, re.DOTALL), said) for pattern, said in _TABLE]
