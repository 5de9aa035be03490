"""The month's evaluation as its papers get it: a full one, and those of months and accounts that are hard to draw.

Shares and rates are percent, 0 to 100. What is not known is None, and the ``note`` says why. Every function makes a
new document, which a test may change.
"""

from __future__ import annotations

import copy
from typing import Any

Document = dict[str, Any]

DAYS = [f"2026-10-{day:02d}" for day in range(1, 32)]
NOT_READ = {"2026-10-03": "3 Oktober", "2026-10-17": "17 Oktober"}
SEGMENTS = (
    # segment, planned, approved, out, on time, late, failed, target, median reach
    ("Nice to Know", 9, 9, 8, 8, 0, 1, 8, 2410),
    ("Pengumuman", 8, 8, 8, 7, 1, 0, None, 1985),
    ("Kegiatan Rutin", 6, 5, 5, 4, 1, 0, 6, 1240),
    ("Konde Emas", 4, 4, 4, 4, 0, 0, 4, 1730),
    ("SIKAKUNG", 4, 3, 2, 2, 0, 0, 4, 910),
    ("Hari Besar", 2, 2, 2, 1, 1, 0, None, 1120),
    ("Info Grafis", 1, 1, 0, 0, 0, 0, 2, None),
)
TOPICS = (
    ("Jam layanan", 52, 44), ("KIA dan imunisasi", 47, 39), ("Antrean", 41, 58), ("BPJS", 33, 31),
    ("Informasi", 31, 27), ("Pendaftaran", 24, 25), ("Obat", 18, 12), ("Petugas", 15, 14), ("Gigi", 12, 9),
    ("Biaya", 9, 8), ("Fasilitas", 8, 6), ("Laboratorium", 6, 3), ("Lainnya", 16, 11),
)  # fmt: skip
LABELS = (
    ("Pujian", 118, 97),
    ("Pertanyaan", 104, 101),
    ("Keluhan", 21, 29),
    ("Saran", 14, 12),
    ("Lainnya", 55, 48),
)


def full() -> Document:
    """A busy month of a centre that works well."""
    reach = _over_the_days(61_240)
    followers = [
        {"day": day, "value": None if day in NOT_READ else 4126 + place * 3 + place * place % 5}
        for place, day in enumerate(DAYS)
    ]
    return copy.deepcopy({
        "version": 1,
        "title": "Evaluasi Instagram",
        "account": {"name": "polowijen", "username": "puskesmaspolowijen", "centre": "Puskesmas Polowijen"},
        "zone": "WIB",
        "month": "2026-10",
        "period": "Oktober 2026",
        "made_at": "2026-11-02T08:00:00+07:00",
        "made_in_words": "Senin, 2 November 2026 pukul 08.00 WIB",
        "colour": "#0e5360",
        "coverage": {
            "days": 31,
            "read": 29,
            "missing": list(NOT_READ.values()),
            "note": "Angka akun dihitung menurut hari Meta (Pasifik); 2 dari 31 hari tidak ada datanya: "
            "3 Oktober dan 17 Oktober.",
        },
        "headline": [
            tile("followers", "Pengikut", 4216, "count", 4123, "pengikut pada akhir bulan"),
            tile("reach", "Jangkauan", 61_240, "count", 55_310, "jumlah jangkauan harian"),
            tile("views", "Tayangan", 118_330, "count", 97_400, "kali ditonton"),
            tile("interaction_rate", "Tingkat interaksi", 6.84, "percent", 6.12, "akun yang berinteraksi ÷ jangkauan"),
            tile("conversion_rate", "Konversi", 0.71, "percent", 0.94, "ketukan tautan profil ÷ jangkauan"),
            tile("posts_out", "Unggahan terbit", 29, "count", 24, "dari 34 yang direncanakan"),
            tile("messages", "Pesan masuk", 312, "count", 287, "komentar dan pesan langsung"),
            tile("cases", "Kasus baru", 9, "count", 11, "keluhan dan saran yang ditangani"),
        ],
        "followers": {
            "start": 4123, "end": 4216, "won": 131, "lost": 38, "change": 93, "days": followers,
            "note": "Pengikut pada akhir tiap hari Meta; 131 mengikuti, 38 berhenti mengikuti.",
        },
        "reach": {
            "total": 61_240, "days": reach,
            "note": "Jumlah jangkauan harian; satu orang dapat terhitung pada beberapa hari.",
        },
        "posts": {
            "planned": 34, "approved": 32, "out": 29, "on_time": 26, "late": 3, "failed": 1, "waiting": 2,
            "upcoming": 2, "by_hand": 2,
            "by_segment": [
                dict(zip(
                    ("segment", "planned", "approved", "out", "on_time", "late", "failed", "target", "reach_median"),
                    segment, strict=True,
                ))
                for segment in SEGMENTS
            ],
            "best": [
                post(1, "Imunisasi HPV untuk kelas 5 dan 6 dimulai Senin depan. Yang perlu dibawa: KMS atau buku KIA, "
                     "kartu keluarga, dan sarapan dulu ya, Bunda 😊", "reel", "Nice to Know", 6120, 9840, 742),
                post(2, "Jadwal layanan selama cuti bersama", "image", "Pengumuman", 4980, 7715, 388),
                post(3, "Senam hipertensi bersama kader RW 05", "carousel", "Kegiatan Rutin", 3310, 5002, 301),
            ],
            "weakest": [
                post(4, "Rapat koordinasi lintas sektor", "image", "SIKAKUNG", 402, 610, 9),
                post(5, "Selamat Hari Kesaktian Pancasila", "image", "Hari Besar", 455, 702, 14),
                post(6, "Pembagian PMT di Posyandu Melati", "carousel", "Kegiatan Rutin", 510, 811, 17),
            ],
            "note": "Tepat waktu: terbit paling lambat 15 menit setelah jadwal. Unggahan tangan: 2, di luar rencana.",
        },
        "hours": {
            "enough": True,
            "sample": 84,
            "cells": [
                {"weekday": weekday, "hour": hour, "posts": 1 + (weekday * 3 + hour) % 4,
                 "reach_median": 700 + (weekday * 431 + hour * 97) % 1900}
                for weekday in range(7) for hour in (7, 9, 11, 12, 16, 18, 19, 20) if (weekday + hour) % 3
            ],
            "best": [
                {"words": "Selasa 18.00–20.00", "posts": 7, "reach_median": 2540},
                {"words": "Jumat 11.00–13.00", "posts": 6, "reach_median": 2310},
                {"words": "Minggu 19.00–21.00", "posts": 4, "reach_median": 2105},
            ],
            "online": [
                {"hour": hour, "value": 240 + (hour * 173) % 900 + (700 if 17 <= hour <= 21 else 0)}
                for hour in range(24)
            ],
            "note": "Median jangkauan 84 unggahan dalam 90 hari terakhir, menurut jam terbit (WIB).",
        },
        "audience": {
            "age": parts(("13–17", 112), ("18–24", 806), ("25–34", 1712), ("35–44", 988), ("45–54", 331),
                         ("55–64", 118), ("65+", 41)),
            "sex": parts(("Perempuan", 2991), ("Laki-laki", 982), ("Tidak disebutkan", 135)),
            "city": parts(("Malang, East Java", 2640), ("Batu, East Java", 281), ("Surabaya, East Java", 204),
                          ("Singosari, East Java", 177), ("Lawang, East Java", 96), ("Pasuruan, East Java", 71),
                          ("Jakarta, Jakarta", 66), ("Kepanjen, East Java", 58), ("Lainnya", 515)),
            "read_on": "25 Oktober 2026",
            "note": "Meta hanya menghitung pengikut yang menyebutkan datanya; kota menurut Meta.",
        },
        "messages": {
            "total": 312, "comments": 241, "dms": 71, "praise": 118, "thanked": 109,
            "by_label": counts(LABELS), "by_topic": counts(TOPICS),
            "note": "Satu pesan dihitung satu kali, pada hari masuknya (WIB).",
        },
        "answers": {
            "opened": 9, "resolved": 8, "open": 4, "carried": 3,
            "first_response": took(9, 1.4, 5.2, "1 jam 24 menit jam kerja", "5 jam 12 menit jam kerja"),
            "resolution": took(8, 11.5, 31.0, "11 jam 30 menit jam kerja", "31 jam kerja"),
            "deadlines": [
                {"name": "Tanggapan pertama", "in_time": 8, "late": 1, "running": 0, "share": 88.9},
                {"name": "Penyelesaian", "in_time": 6, "late": 2, "running": 1, "share": 75.0},
            ],
            "note": "Lama dihitung dalam jam kerja (Senin–Kamis 07.30–14.00, Jumat 07.30–11.00, Sabtu 07.30–12.00).",
        },
        "rising": [
            {"kind": "word", "term": "obat batuk", "count": 14, "usual": 3.2, "examples": [
                "Obat batuk anak kosong lagi ya kak? Sudah dua kali ke apotek", "Kapan obat batuk datang min 🙏",
                "Disuruh beli obat batuk di luar, nomor saya 08••••••••12"]},
            {"kind": "topic", "term": "Jam layanan", "count": 22, "usual": 9,
             "examples": ["Sabtu buka sampai jam berapa?"]},
        ],
        "rising_note": "",
        "changes": [
            change("Pengikut", 4216, 4123, "count", "naik 93 (2,3 %)"),
            change("Jangkauan", 61_240, 55_310, "count", "naik 5.930 (10,7 %)"),
            change("Tingkat interaksi", 6.84, 6.12, "percent", "naik 0,72 poin"),
            change("Unggahan terbit", 29, 24, "count", "naik 5"),
            change("Keluhan", 21, 29, "count", "turun 8 (27,6 %)"),
            change("Tanggapan pertama (median)", 1.4, 2.1, "hours", "lebih cepat 42 menit"),
            change("Konversi", 0.71, 0.94, "percent", "turun 0,23 poin"),
        ],
        "findings": [
            finding("Pertanyaan tentang jam layanan naik dari 44 menjadi 52, topik terbanyak (17 % dari 312 pesan).",
                    "Sematkan satu unggahan berisi jam layanan setiap hari dan taruh di sorotan profil."),
            finding("Reel \"Imunisasi HPV\" menjangkau 6.120 akun, 2,5 kali median segmennya (2.410).",
                    "Buat dua reel Nice to Know lagi bulan ini, satu tentang imunisasi dan satu tentang gizi."),
            finding("Unggahan Selasa 18.00–20.00 menjangkau median 2.540 akun (7 unggahan); seluruhnya 1.610.",
                    "Pindahkan unggahan Pengumuman yang tidak mendesak ke Selasa malam."),
        ],
    })  # fmt: skip


def empty() -> Document:
    """The first month: connected, nothing read and nothing written yet."""
    made = full()
    why = "Belum cukup data: belum ada angka dari Instagram untuk bulan ini."
    for each in made["headline"]:
        each.update(value=None, before=None, note="belum ada datanya")
    made["headline"][5].update(value=0, note="belum ada yang direncanakan")
    made["headline"][6].update(value=0, note="belum ada pesan")
    made["headline"][7].update(value=0, note="belum ada kasus")
    nothing = {"cases": 0, "median_hours": None, "p90_hours": None, "median_words": None, "p90_words": None}
    return {
        **made,
        "coverage": {"days": 31, "read": 0, "missing": ["1–31 Oktober"], "note": why},
        "followers": {
            **dict.fromkeys(("start", "end", "won", "lost", "change")), "days": _no_days(), "note": why,
        },
        "reach": {"total": None, "days": _no_days(), "note": why},
        "posts": {
            **dict.fromkeys(("planned", "approved", "out", "on_time", "late", "failed"), 0),
            **dict.fromkeys(("waiting", "upcoming", "by_hand"), 0),
            "by_segment": [], "best": [], "weakest": [], "note": "Belum cukup data: tidak ada unggahan pada bulan ini.",
        },
        "hours": {
            "enough": False, "sample": 0, "cells": [], "best": [], "online": [],
            "note": "Belum cukup data: 0 unggahan, perlu sedikitnya 20.",
        },
        "audience": {
            "age": [], "sex": [], "city": [], "read_on": None,
            "note": "Belum cukup data: Instagram memberi data ini untuk akun dengan 100 pengikut atau lebih.",
        },
        "messages": {
            **dict.fromkeys(("total", "comments", "dms", "praise", "thanked"), 0), "by_label": [], "by_topic": [],
            "note": "Belum ada pesan pada bulan ini.",
        },
        "answers": {
            **dict.fromkeys(("opened", "resolved", "open", "carried"), 0), "first_response": nothing,
            "resolution": dict(nothing), "deadlines": [], "note": "Belum cukup data: tidak ada kasus.",
        },
        "rising": [], "rising_note": "Belum cukup data: topik yang menonjol belum dipantau pada bulan ini.",
        "changes": [], "findings": [],
    }  # fmt: skip


def tiny() -> Document:
    """An account of a village centre: one post, one message, figures of two days, no month before."""
    made = empty()
    for each, value in zip(made["headline"], (87, 40, 61, 12.5, None, 1, 1, 1), strict=True):
        each.update(value=value, before=None, note="belum ada bulan sebelumnya")
    days = [{"day": day, "value": {30: 87, 31: 87}.get(place)} for place, day in enumerate(DAYS, 1)]
    reach = [{"day": day, "value": {30: 40, 31: 0}.get(place)} for place, day in enumerate(DAYS, 1)]
    segment = {
        "segment": "Pengumuman", "planned": 1, "approved": 1, "out": 1, "on_time": 1, "late": 0, "failed": 0,
        "target": None, "reach_median": None,
    }  # fmt: skip
    only = post(1, "Assalamualaikum, kami sekarang ada di Instagram", "image", "Pengumuman", 40, 61, 5)
    made["coverage"].update(
        read=2, missing=["1–29 Oktober"], note="2 dari 31 hari Meta (Pasifik) ada datanya."
    )
    made["followers"].update(start=None, end=87, days=days, note="Pengikut pada akhir tiap hari Meta.")
    made["reach"].update(total=40, days=reach, note="Jumlah jangkauan harian.")
    made["posts"].update(planned=1, approved=1, out=1, on_time=1, by_segment=[segment], best=[only], note="")
    made["hours"].update(sample=1, note="Belum cukup data: 1 unggahan, perlu sedikitnya 20.")
    made["messages"].update(total=1, comments=1, by_label=counts([("Pertanyaan", 1, None)]))
    made["messages"].update(by_topic=counts([("BPJS", 1, None)]), note="")
    made["answers"].update(opened=1, open=1, first_response=took(1, 0.5, None, "30 menit", None))
    made["answers"]["deadlines"] = [
        {"name": "Tanggapan pertama", "in_time": 1, "late": 0, "running": 0, "share": 100.0},
        {"name": "Penyelesaian", "in_time": 0, "late": 0, "running": 1, "share": None},
    ]
    made["findings"] = [
        finding("Satu unggahan terbit dan menjangkau 40 akun.", "Rencanakan dua unggahan tiap pekan.")
    ]
    return made


HOSTILE_TEXTS = (
    "*Tebal* _miring_ ~coret~ ```mesin```\n\n*Pengumuman palsu*",
    "\u202eterbalik\u202c \u2066iso\u2069 nol\u200blebar \x00NUL \ufeff",
    "👩🏽‍⚕️👨‍👩‍👧‍👦🇮🇩 " * 120,
    "W" * 2200,
    "السلام عليكم ورحمة الله " * 90,
    '#set page(fill: red) #read("/etc/passwd") $x$ @x <a> // /* [[',
    "=HYPERLINK(\"http://jahat.example\";\"klik\")",
    "e" + "\u0301" * 200 + " ꦱꦸꦒꦼꦁ 你好 ﷽",
)  # fmt: skip


def hostile() -> Document:
    """Whatever people can write stands wherever a person's or a sheet's words can stand."""
    made = full()
    texts = HOSTILE_TEXTS
    made["account"].update(username=texts[3][:30], centre=texts[0] + texts[1])
    for place, segment in enumerate(made["posts"]["by_segment"]):
        segment["segment"] = texts[place % len(texts)][:80]
    for place, each in enumerate([*made["posts"]["best"], *made["posts"]["weakest"]]):
        each.update(
            caption=texts[(place + 1) % len(texts)],
            segment=texts[place][:60],
            permalink="https://www.instagram.com/p/" + texts[3][:90],
            picture=("../../etc/passwd", "/etc/passwd", "pictures/\x00.jpg", "", "reports", texts[3])[place],
        )
    for place, item in enumerate(made["rising"]):
        item.update(
            term=texts[place][:200], examples=[text[:600] for text in texts[place * 3 : place * 3 + 3]]
        )
    for place, item in enumerate(made["findings"]):
        item["text"] = f"{item['text']} {texts[place * 2][:300]}"
        item["suggestion"] = f"{texts[place * 2 + 1][:300]} {item['suggestion']}"
    for place, item in enumerate(made["audience"]["city"]):
        item["name"] = texts[place % len(texts)][:70]
    for place, item in enumerate(made["messages"]["by_topic"]):
        item["name"] = texts[place % len(texts)][:50] if place % 2 else item["name"]
    made["changes"][0]["name"] = texts[3][:60]
    made["hours"]["best"][0]["words"] = texts[0]
    made["colour"] = "#fff7c2"
    return made


def huge() -> Document:
    """A ministry's numbers, a very dark colour, every list as long as it can be."""
    made = full()
    for each in made["headline"]:
        if each["form"] == "count":
            each.update(value=987_654_321_098, before=123_456_789_012)
        else:
            each.update(value=100.0, before=0.004)
    made["followers"].update(start=98_765_432_109, end=987_654_321_098, won=999_999_999, lost=999_999_999)
    made["followers"].update(change=888_888_888_989)
    made["followers"]["days"] = [{"day": day, "value": 987_654_321_098 - n * n} for n, day in enumerate(DAYS)]
    made["reach"]["days"] = [{"day": day, "value": n * 31_859_816_809} for n, day in enumerate(DAYS)]
    made["reach"]["total"] = sum(each["value"] for each in made["reach"]["days"])
    for segment in made["posts"]["by_segment"]:
        segment.update(
            planned=123_456, approved=123_456, out=123_456, on_time=100_000, late=23_456, target=123_456
        )
        segment.update(reach_median=98_765_432)
    made["posts"]["by_segment"] *= 3
    for each in [*made["posts"]["best"], *made["posts"]["weakest"]]:
        each.update(reach=987_654_321, views=1_987_654_321, interactions=187_654_321, rate=19.0)
    for group in ("by_label", "by_topic"):
        for item in made["messages"][group]:
            item.update(count=item["count"] * 1_000_003, before=item["before"] * 1_000_003)
    for each in made["hours"]["cells"]:
        each.update(posts=1234, reach_median=98_765_432)
    for name in ("age", "sex", "city"):
        for item in made["audience"][name]:
            item["count"] *= 1_000_003
    made["answers"].update(opened=123_456, resolved=123_456, open=123_456, carried=123_456)
    made["answers"]["first_response"] = took(
        123_456, 12_345.6, 98_765.4, "514 hari 9 jam 36 menit", "4.115 hari 5 jam"
    )
    made["rising"] = [{**made["rising"][n % 2], "count": 1_234_567, "usual": 0} for n in range(12)]
    grown = "naik 987.654.321.098 (dari nol)"
    made["changes"] = [
        change(f"Angka nomor {n} yang berubah", 987_654_321_098, 0, "count", grown) for n in range(24)
    ]
    made["colour"] = "#05070a"
    return made


VARIANTS = {"full": full, "empty": empty, "tiny": tiny, "hostile": hostile, "huge": huge}


def tile(key: str, name: str, value: float, form: str, before: float | None, note: str) -> Document:
    return {"key": key, "name": name, "value": value, "form": form, "before": before, "note": note}


def post(
    number: int, caption: str, kind: str, segment: str, reach: int, views: int, interactions: int
) -> Document:
    return {
        "ig_media_id": f"1790000000000000{number}", "caption": caption, "kind": kind, "segment": segment,
        "published_in_words": f"Selasa, {6 + number} Oktober 2026 pukul 18.0{number} WIB",
        "permalink": f"https://www.instagram.com/p/Cx{number}/",
        "picture": f"pictures/polowijen/1790000000000000{number}.jpg", "reach": reach, "views": views,
        "interactions": interactions, "rate": 100 * interactions / reach,
    }  # fmt: skip


def parts(*rows: tuple[str, int]) -> list[Document]:
    whole = sum(count for _, count in rows)
    return [{"name": name, "count": count, "share": 100 * count / whole} for name, count in rows]


def counts(rows: Any) -> list[Document]:
    return [{"name": name, "count": count, "before": before} for name, count, before in rows]


def took(cases: int, median: float, p90: float | None, words: str, p90_words: str | None) -> Document:
    return {
        "cases": cases, "median_hours": median, "p90_hours": p90, "median_words": words, "p90_words": p90_words,
    }  # fmt: skip


def change(name: str, now: float, before: float, form: str, words: str) -> Document:
    return {"name": name, "now": now, "before": before, "form": form, "words": words}


def finding(text: str, suggestion: str) -> Document:
    return {"text": text, "suggestion": suggestion}


def _over_the_days(total: int) -> list[Document]:
    read = [day for day in DAYS if day not in NOT_READ]
    weights = [60 + (place * 37) % 55 + (90 if place in {6, 7, 20} else 0) for place in range(len(read))]
    values = [total * weight // sum(weights) for weight in weights]
    values[-1] += total - sum(values)
    found = dict(zip(read, values, strict=True))
    return [{"day": day, "value": found.get(day)} for day in DAYS]


def _no_days() -> list[Document]:
    return [{"day": day, "value": None} for day in DAYS]
