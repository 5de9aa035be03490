"""Says why a message has its label and what was and will be done, in the words of the centre's own people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from ig_worker.domain.masking import mask
from ig_worker.domain.reply import Status
from ig_worker.domain.silences import in_indonesian
from ig_worker.domain.text import clean
from ig_worker.domain.unsent import ERASED_AFTER
from ig_worker.store.database import Row

SENT_FOR = {
    "thanks": "ucapan terima kasih",
    "acknowledgement": "pemberitahuan bahwa pesannya dicatat",
    "answer": "jawaban yang sudah disetujui untuk pertanyaan yang sering diajukan",
    "emergency": "pesan gawat darurat (119)",
}
"""What the worker's own words are for (``replies.purpose``)."""

BECAME = {
    Status.PLANNED: "akan dikirim {when}",
    Status.SENDING: "sedang dikirim; hasilnya masih dipastikan",
    Status.SENT: "sudah dikirim {when}",
    Status.UNCONFIRMED: "belum pasti terkirim; mohon dilihat di Instagram",
    Status.SKIPPED: "tidak dikirim",
    Status.FAILED: "ditolak Instagram",
}

Shown = Callable[[datetime | None], str]
"""Writes a time for the reader; empty for None."""


class Ended(NamedTuple):
    """Where words of ours stand, as a row of ``answers`` says it too."""

    sent_at: datetime | None
    due_at: datetime
    last_error: str


def judged(row: Row[Any]) -> str:
    """What it was judged to be, and how sure that is."""
    topic = row.topic.replace("_", " ")
    share = "" if row.confidence is None else f"{row.confidence:.0%}"
    sure = f"label dari {_one_line(row.label_by)}" if row.label_by else f"keyakinan {share}"
    return f"{row.label.capitalize()}, topik {topic} ({sure})"


def reasons(row: Row[Any]) -> list[str]:
    """Why. They are shown to others and sent on: what identifies a person stays in the message itself."""
    return [mask(_one_line(reason)) for reason in row.reasons]


def done(
    row: Row[Any], answered: Sequence[Row[Any]], shown: Shown, *, thanks: bool, hiding: str = ""
) -> Iterator[str]:
    """What was and will be done with a message of ``messages.with_outcome``, and with the answers of people to it.

    `thanks` is whether the worker thanks at all; `hiding` is how the reader hides a comment, if it must be said.
    """
    if row.backlog:
        yield "Ditulis jauh sebelum akun ini mulai dibaca: hanya disimpan, tidak dibalas dan tidak dijadikan kasus."
    if row.edited:
        yield f"Diubah oleh penulisnya{_at(shown(row.edited_at))}; yang dinilai adalah tulisan yang sekarang."
    if row.deleted:
        yield f"Dihapus oleh penulisnya{_at(shown(row.deleted_at))}: tidak dibalas lagi."
    if row.withdrawn_at:
        yield _taken_back(row, shown)
    if row.hidden:
        yield "Komentar ini disembunyikan dari umum: Instagram tidak menerima balasan di sana."
    elif row.exposes and not row.deleted:
        wish = "Bila benar, sebaiknya disembunyikan"
        yield f"Tampaknya memuat {row.exposes} di tempat umum. {wish}{f': {hiding}' if hiding else '.'}"
    if row.danger:
        yield "Ada tanda bahaya: petugas jaga diberi tahu."
    if row.case_number is not None:
        yield f"Masuk register sebagai {row.case_number}."
    elif row.opens_case and not row.backlog:
        yield "Akan dimasukkan ke register keluhan dan saran."
    if row.reply_status is not None:
        yield _reply(row, shown)
    elif row.label == "pujian" and not (answered or row.backlog or row.deleted):
        yield _not_thanked(row, thanks=thanks)
    for answer in answered:
        yield f"Jawaban {_one_line(answer.by)}: {became(Status(answer.status), answer, shown)}."


def waits_for(row: Row[Any], answered: Sequence[Row[Any]], *, spoken: bool) -> str:
    """What it waits for, or that it was answered; empty where nobody need do anything.

    `spoken` is what ``messages.answered_by_us`` says of it.
    """
    if row.backlog or row.deleted:
        return ""
    if spoken:
        sent = any(answer.status == Status.SENT for answer in answered)
        return "" if sent else "Sudah dijawab dari puskesmas."
    if not waits(row, spoken=spoken):
        return ""
    return "Menunggu dilihat orang." if row.needs_review else "Menunggu jawaban orang."


def waits(row: Row[Any], *, spoken: bool) -> bool:
    """Whether a person of the centre should look at it, and no case does that already."""
    if row.backlog or row.deleted or spoken or row.case_number is not None or row.opens_case:
        return False
    return bool(row.needs_review or row.label == "pertanyaan")


def handled_by(unit: str, person: str) -> str:
    """Who answers for its topic; empty where nobody is named."""
    named = (f"unit {unit.replace('_', ' ')}" if unit else "", f"penanggung jawab {person}" if person else "")
    who = ", ".join(filter(None, named))
    return f"Yang menangani topik ini: {who}." if who else ""


def became(status: Status, state: Ended | Row[Any], shown: Shown) -> str:
    """Where words of ours stand, and why they did not go out."""
    said = BECAME[status].format(when=shown(state.sent_at or state.due_at))
    why = _one_line(in_indonesian(state.last_error))
    return f"{said} ({why})" if why and status is not Status.SENT else said


def _taken_back(row: Row[Any], shown: Shown) -> str:
    if row.redacted_at:
        return f"Isinya dihapus permanen{_at(shown(row.redacted_at))}; waktu, jenis, dan kasusnya tetap tercatat."
    erased = shown(row.withdrawn_at + ERASED_AFTER)
    return (
        f"Isinya disembunyikan dan dihapus permanen pada {erased}, kecuali pesannya muncul lagi di Instagram."
    )


def _not_thanked(row: Row[Any], *, thanks: bool) -> str:
    if not row.auto_thank:
        return "Tidak diberi ucapan terima kasih otomatis."
    if not thanks:
        return "Tidak diberi ucapan terima kasih: balasan otomatis dimatikan ([replies] enabled)."
    return "Ucapan terima kasih disiapkan pada putaran berikutnya, bila tidak ada halangan."


def _reply(row: Row[Any], shown: Shown) -> str:
    what = SENT_FOR.get(row.reply_purpose, "balasan")
    state = Ended(row.reply_sent_at, row.reply_due_at, row.reply_error)
    return f"{what[0].upper()}{what[1:]} {became(Status(row.reply_status), state, shown)}."


def _at(shown: str) -> str:
    return f" (terlihat {shown})" if shown else ""


def _one_line(text: str) -> str:
    return " ".join(clean(text).split())
