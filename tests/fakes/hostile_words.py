"""What people write who mean no good, or whose telephones do not."""

from __future__ import annotations

HOSTILE_NAME = "<b>Ana</b> \u202eakiT\u202c \"'&amp; Sitiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiii"

HOSTILE_CAPTION = (
    "<script>document.title='pwned'</script><img src=x onerror=alert(1)> {{7*7}} ${7*7} \u202eterbalik\u202c\n"
    + "Panjangtanpaspasi" * 40
    + "\n👨‍👩‍👧‍👦 z̴̡a̷l̵g̶o̸ مرحبا \u2067שלום\u2069 'OR 1=1--"
)

HOSTILE_WORDS = (
    ("<script>alert(1)</script>", "<script>alert(document.cookie)</script> pelayanan jelek"),
    ("rtl_\u202egnat", "\u202eini dibaca terbalik\u202c \u2066lalu\u2069 pelayanan loketnya lama sekali, kecewa"),
    ("panjang", "aduuuuh" * 314),
    ("rumus.excel", '=HYPERLINK("http://jahat.example","klik") obatnya kosong terus, mengecewakan'),
    ("emoji_saja", "😡" * 300),
    ("pasien_asli", "Saya Budi Santoso NIK 3573012345678901 HP 081234567890, hasil HIV anak saya disebut di loket?!"),
    ("kutip'ganda\"", "petugasnya \"ramah\" sekali ya 'terima kasih' -- ' OR '1'='1"),
    ("bunda.<i>kia</i>", "kecewa sekali, jadwal imunisasi anak saya diundur terus tanpa kabar, tiga kali sia-sia"),
    ("css_jahat", "</style><style>*{display:none}</style><a href=javascript:alert(1)>klik</a> kapan imunisasi buka?"),
)  # fmt: skip
