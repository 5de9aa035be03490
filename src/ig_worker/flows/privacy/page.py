"""The page a person reads: in Indonesian, all that the centre keeps of them, without anybody else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from html import escape
from typing import Any

from ig_worker.domain.register_words import STATUSES

_CHANNELS = {"comment": "Komentar", "dm": "Pesan langsung"}

_STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}"
    "h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2rem}"
    "article{border-left:4px solid #0b6e6e;padding:.2rem 0 .2rem 1rem;margin:1rem 0}"
    "p{margin:.3rem 0;white-space:pre-wrap;overflow-wrap:anywhere}small{color:#555}"
)


def page(said: Mapping[str, Any], zone: tzinfo) -> str:
    """The whole page, one file without anything from elsewhere."""
    names = ", ".join(f"@{name}" for name in said["names"]) or "(nama tidak diketahui)"
    parts = [
        f"<h1>Data tentang {_safe(names)} di {_safe(said['centre'] or 'puskesmas')}</h1>",
        f"<p>Disusun pada {_at(said['made_at'], zone)} atas permintaan pemilik data.</p>",
        "<p>Berkas ini memuat semua yang tersimpan tentang Anda dari percakapan di Instagram: pesan dan komentar "
        "Anda, jawaban kami, kasus yang dibuka dari pesan Anda, dan gambar buktinya. Data orang lain tidak ikut "
        "dimuat. Isi yang sama untuk dibaca komputer ada di data.json.</p>",
        f"<p>Ringkasnya: {len(said['messages'])} pesan dan komentar, {len(said['cases'])} kasus, "
        f"{sum(name.endswith('.png') for name in said['evidence'])} gambar bukti.</p>",
        "<h2>Pesan dan komentar Anda</h2>",
        *([_message(each, zone) for each in said["messages"]] or ["<p>Tidak ada.</p>"]),
        "<h2>Yang kami tulis kepada Anda</h2>",
        *([_message(each, zone) for each in said["written_by_us"]] or ["<p>Tidak ada.</p>"]),
        "<h2>Kasus</h2>",
        *([_case(each, zone) for each in said["cases"]] or ["<p>Tidak ada.</p>"]),
        "<h2>Hak Anda</h2>",
        "<p>Anda dapat meminta data ini dibetulkan atau dihapus. Sampaikan kepada petugas kami, atau kirim pesan dari "
        "akun Instagram yang sama. Kasus yang masih ditangani sebaiknya diselesaikan dahulu, supaya keluhan Anda "
        "tetap tertangani.</p>",
    ]
    return (
        '<!doctype html><html lang="id"><head><meta charset="utf-8"><title>Data Anda</title>'
        f"<style>{_STYLE}</style></head><body>{''.join(parts)}</body></html>"
    )


def _message(said: Mapping[str, Any], zone: tzinfo) -> str:
    where = _CHANNELS.get(said["channel"], said["channel"])
    answers: Sequence[Mapping[str, Any]] = said.get("answers", ())
    replied = "".join(
        f"<p><small>Dijawab{' ' + _at(each['sent_at'], zone) if each['sent_at'] else ''}:</small> "
        f"{_safe(each['text'])}</p>"
        for each in answers
    )
    return (
        f"<article><small>{_safe(where)}, {_at(said['sent_at'], zone)}</small>"
        f"<p>{_safe(said['text']) or '(tanpa tulisan)'}</p>{replied}</article>"
    )


def _case(said: Mapping[str, Any], zone: tzinfo) -> str:
    status = STATUSES.get(said["status"], said["status"])
    closed = f", ditutup {_at(said['closed_at'], zone)}" if said["closed_at"] else ""
    told = "".join(
        f"<p><small>{word}:</small> {_safe(said[name])}</p>"
        for name, word in (("follow_up", "Tindak lanjut"), ("answer", "Jawaban"), ("reason", "Alasan"))
        if said[name]
    )
    return (
        f"<article><b>{_safe(said['number'])}</b>: {_safe(said['label'])}, {_safe(str(status))}"
        f"<p><small>Dibuka {_at(said['opened_at'], zone)}{closed}</small></p>{told}</article>"
    )


def _at(written: str, zone: tzinfo) -> str:
    return f"{datetime.fromisoformat(written).astimezone(zone):%d/%m/%Y pukul %H.%M}"


def _safe(text: str) -> str:
    """As a page may hold it: no control signs, nothing that turns the line around."""
    hidden = dict.fromkeys((*range(8234, 8239), *range(8294, 8298), 8206, 8207))
    shown = "".join(letter for letter in text.translate(hidden) if letter >= " " or letter in "\n\t")
    return escape(shown)
