"""Why a message has its label and what follows from it, in the words of the centre's own people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from ig_worker.cli.desk import Desk, as_json, pass_desk
from ig_worker.cli.inbox import find, inbox, message_document, percent, the_message
from ig_worker.cli.showing import one_line, show_document
from ig_worker.domain.masking import mask
from ig_worker.domain.reply import Status
from ig_worker.domain.silences import in_indonesian
from ig_worker.domain.text import shorten
from ig_worker.domain.unsent import ERASED_AFTER

if TYPE_CHECKING:
    from ig_worker.store.database import Row

SENT_FOR = {
    "thanks": "ucapan terima kasih",
    "acknowledgement": "pemberitahuan bahwa pesannya dicatat",
    "answer": "jawaban yang sudah disetujui untuk pertanyaan yang sering diajukan",
    "emergency": "pesan gawat darurat (119)",
}
"""What the worker's own words are for (``replies.purpose``)."""

NOTHING = "Tidak ada yang perlu dilakukan."

BECAME = {
    Status.PLANNED: "akan dikirim {when}",
    Status.SENDING: "sedang dikirim; hasilnya masih dipastikan",
    Status.SENT: "sudah dikirim {when}",
    Status.UNCONFIRMED: "belum pasti terkirim; mohon dilihat di Instagram",
    Status.SKIPPED: "tidak dikirim",
    Status.FAILED: "ditolak Instagram",
}


class Ended(NamedTuple):
    """Where words of ours stand, as a row of ``answers`` says it too."""

    sent_at: datetime | None
    due_at: datetime
    last_error: str


@inbox.command()
@the_message
@as_json
@pass_desk
def explain(desk: Desk, said: str, as_json: bool) -> None:
    """Why a message has its label, what was done about it, and what it waits for; in Indonesian."""
    from ig_worker.store import answers
    from ig_worker.store import messages as shelf

    with desk.database() as database, database.reading() as connection:
        row = find(connection, said)
        answered = answers.to_message(connection, row.id)
        spoken = shelf.answered_by_us(connection, row)
    follows = [*_done(desk, row, answered), *_waiting(desk, row, answered, spoken)] or [NOTHING]
    if as_json:
        show_document(
            {
                **message_document(desk, row, answered),
                "reasons": [mask(reason) for reason in row.reasons],
                "follows": follows,
                "suggested_answer": _suggestion(desk, row),
            }
        )
        return
    # A list of reasons is shown to others and sent on; what identifies a person stays in the message itself.
    click.echo(f"“{shorten(mask(one_line(row.text)), 200)}”")
    for sentence in (*_judged(row), *follows):
        click.echo(sentence)


def _judged(row: Row[Any]) -> Iterator[str]:
    topic = row.topic.replace("_", " ")
    sure = f"label dari {one_line(row.label_by)}" if row.label_by else f"keyakinan {percent(row.confidence)}"
    yield f"{row.label.capitalize()}, topik {topic} ({sure})"
    for reason in row.reasons:
        yield f"- {mask(one_line(reason))}"


def _done(desk: Desk, row: Row[Any], answered: Sequence[Row[Any]]) -> Iterator[str]:
    if row.backlog:
        yield "Ditulis jauh sebelum akun ini mulai dibaca: hanya disimpan, tidak dibalas dan tidak dijadikan kasus."
    if row.edited:
        yield f"Diubah oleh penulisnya{_at(desk.shown(row.edited_at))}; yang dinilai adalah tulisan yang sekarang."
    if row.deleted:
        yield f"Dihapus oleh penulisnya{_at(desk.shown(row.deleted_at))}: tidak dibalas lagi."
    if row.withdrawn_at:
        yield _taken_back(desk, row)
    if row.hidden:
        yield "Komentar ini disembunyikan dari umum: Instagram tidak menerima balasan di sana."
    elif row.exposes and not row.deleted:
        yield (
            f"Tampaknya memuat {row.exposes} di tempat umum. Bila benar, sebaiknya disembunyikan: "
            f"ig-worker inbox hide {row.id} --by NAMA"
        )
    if row.danger:
        yield "Ada tanda bahaya: petugas jaga diberi tahu."
    if row.case_number is not None:
        yield f"Masuk register sebagai {row.case_number}."
    elif row.opens_case and not row.backlog:
        yield "Akan dimasukkan ke register keluhan dan saran."
    if row.reply_status is not None:
        yield _reply(desk, row)
    elif row.label == "pujian" and not (answered or row.backlog or row.deleted):
        yield _not_thanked(desk, row)
    for answer in answered:
        yield f"Jawaban {one_line(answer.by)}: {_became(desk, Status(answer.status), answer)}."


def _taken_back(desk: Desk, row: Row[Any]) -> str:
    if row.redacted_at:
        return f"Isinya dihapus permanen{_at(desk.shown(row.redacted_at))}; waktu, jenis, dan kasusnya tetap tercatat."
    erased = desk.shown(row.withdrawn_at + ERASED_AFTER)
    return (
        f"Isinya disembunyikan dan dihapus permanen pada {erased}, kecuali pesannya muncul lagi di Instagram."
    )


def _not_thanked(desk: Desk, row: Row[Any]) -> str:
    if not row.auto_thank:
        return "Tidak diberi ucapan terima kasih otomatis."
    if not desk.settings.replies.enabled:
        return "Tidak diberi ucapan terima kasih: balasan otomatis dimatikan ([replies] enabled)."
    return "Ucapan terima kasih disiapkan pada putaran berikutnya, bila tidak ada halangan."


def _reply(desk: Desk, row: Row[Any]) -> str:
    what = SENT_FOR.get(row.reply_purpose, "balasan")
    state = Ended(row.reply_sent_at, row.reply_due_at, row.reply_error)
    return f"{what[0].upper()}{what[1:]} {_became(desk, Status(row.reply_status), state)}."


def _became(desk: Desk, status: Status, state: Ended | Row[Any]) -> str:
    became = BECAME[status].format(when=desk.shown(state.sent_at or state.due_at))
    why = one_line(in_indonesian(state.last_error))
    return f"{became} ({why})" if why and status is not Status.SENT else became


def _waiting(desk: Desk, row: Row[Any], answered: Sequence[Row[Any]], spoken: bool) -> Iterator[str]:
    if row.backlog or row.deleted:
        return
    if spoken:
        if not any(answer.status == Status.SENT for answer in answered):
            yield "Sudah dijawab dari puskesmas."
        return
    if row.case_number is not None or row.opens_case or not (row.needs_review or row.label == "pertanyaan"):
        return
    yield "Menunggu dilihat orang." if row.needs_review else "Menunggu jawaban orang."
    if (topic := desk.settings.topics.get(row.topic)) is not None and (topic.unit or topic.person):
        unit = f"unit {topic.unit.replace('_', ' ')}" if topic.unit else ""
        person = f"penanggung jawab {topic.person}" if topic.person else ""
        yield f"Yang menangani topik ini: {', '.join(filter(None, (unit, person)))}."
    yield f"Saran jawaban: {_suggestion(desk, row)}"
    yield f"Jawab langsung di Instagram, atau: ig-worker inbox reply {row.id} TEKS --by NAMA"


def _suggestion(desk: Desk, row: Row[Any]) -> str:
    from ig_worker.own_words import suggestions

    return suggestions(desk.settings).suggest(row.text, row.label, row.topic, danger=row.danger).text


def _at(shown: str) -> str:
    return f" (terlihat {shown})" if shown else ""
