"""The words, marks and emoji whose meaning the rules know by themselves.

All are plain words as :mod:`ig_worker.domain.classifier.normalise` gives them.
"""

from __future__ import annotations

LABELS = ("keluhan", "lainnya", "pertanyaan", "pujian", "saran")
"""In the order of the model's weights."""

TOPICS = (
    "antrean", "biaya", "bpjs", "fasilitas", "gigi", "informasi", "jam_layanan", "kia_imunisasi", "laboratorium",
    "lainnya", "obat", "pendaftaran", "petugas",
)  # fmt: skip
"""What a message is about (INTERFACE.md), in the order of the model's weights."""


def word_set(words: str) -> frozenset[str]:
    """The words of a line."""
    return frozenset(words.split())


NEGATION = word_set("tidak bukan belum jangan kurang tanpa minim tiada anti")

FILLERS = word_set(
    "ada akan banget begitu begini bisa boleh di juga lagi lalu mau me pakai pake perlu pernah sampai sangat"
    " saja sekali terlalu usah yang ya jadi jua harus dengan sih si kok pun seberapa untuk pada dapat itu ini"
    " makin semakin cukup dibuat bikin membuat merasa terasa terkesan ke se selalu sudah"
)
"""Words that a negation passes over on its way to the word it is meant for."""

CONTRAST = word_set(
    "tapi namun cuma sayangnya sayang meskipun padahal malah malahan justru kecuali sedangkan"
    " melainkan daripada kendati sebaliknya but seharusnya harusnya mestinya"
)

QUESTION = word_set(
    "apa apakah kapan mana dimana bagaimana berapa siapa bisakah bolehkah adakah kemana darimana haruskah"
    " masihkah sudahkah benarkah bagaimanakah kapankah berapakah siapakah mengapakah apanya amankah"
    " perlukah tanya pertanyaan"
)
"""Words that ask for information. For those that complain as often, see REPROACH."""

REQUEST = word_set(
    "mohon tolong saran usul sebaiknya mending baiknya alangkah harap diharapkan perbanyak diperbanyak ditambah"
    " tambahin tambahkan dipermudah permudah agar supaya hendaknya dibikin buatkan adakan diadakan perbaiki"
    " diperbaiki benahi dibenahi ditingkatkan tingkatkan pertimbangkan dipertimbangkan sekiranya kedepannya andai"
    " seandainya mungkin dipercepat percepat ditinjau evaluasi perbaikan perbaikannya dievaluasi disediakan sediakan"
    " pasang dipasang diatur diperluas perluas diganti"
)

POSITIVE = word_set(
    "adem ahli aman amanah apresiasi asik asyik bagus bahagia baik bangga barokah berkah berdedikasi bermanfaat"
    " bersahabat bersih betah canggih cekatan cepat cinta cocok detail dedikasi efektif efisien empati enak favorit"
    " gampang gesit gratis hebat helpful hormat humanis ikhlas inovatif inspiratif istimewa jempol jelas juara kagum"
    " keren komunikatif kompak kooperatif lancar layak lega lembut lengkap lincah love luarbiasa luas mantap"
    " membantu memudahkan menyenangkan merakyat modern mudah mulia murah murahsenyum nyaman oke ok ontime optimal"
    " paten perfect perhatian peduli pinter pintar praktis prima profesional professional pro puas ramah rapi rapih"
    " rekomendasi responsif sabar salut sejuk senang senyum sempurna semangat sigap siap simpati simple solutif"
    " sopan sukses super tanggap tangkas tauladan teladan teliti telaten tenang teratur terbaik terbantu terdepan"
    " teredukasi terharu terimakasih tersenyum tertata tertib terpercaya best thebest top transparan tulus unggul"
    " wangi welcome wow sae maju hemat berkualitas diapresiasi dimudahkan dipermudah memuaskan cakep excellent"
    " amazing proud friendly clean cakap ngangeni mengayomi membanggakan berprestasi bermutu"
)
"""Words that praise, unless a negation stands before them."""

NEGATIVE = word_set(
    "mengusir menangis nangis nyolong maling mempersulit mengabaikan membentak padam pajangan kecurian menyakitkan"
    " acuh amburadul ampun aneh arogan asal basi becek bentak berantakan berbelit bengong berdesakan berhenti"
    " berisik berjubel berjam berkerumun bertele bingung bodoh bobrok bocor bohong buang bubar buruk buntu capek"
    " cape cuek curang diabaikan dibentak dibiarkan dicuekin didiamkan diusir dikecewakan dilempar dimarahin"
    " dimarahi dioper diphpin dipersulit dipimpong dipingpong diremehkan ditelantarkan diskriminasi ditolak ditunda"
    " dizalimi dongkol egois emosi emosian error gagal gelap gerah ngaco hancur hilang habis heran ironis jahat"
    " jarang jelek jengkel jijik jutek kacau kapok kasar kasihan kecele kecewa kehilangan keliru keluhan keluhkan"
    " kesal kesel kesulitan komplain korban korupsi kotor krisis kumuh lalai lama lapuk lelah lemah lemes licin"
    " longgar lupa macet mahal malas malpraktek malpraktik mampet marah mati mencekik mengecewakan mengeluh"
    " menyebalkan menyedihkan menyesal menyusahkan meremehkan merepotkan miris molor mubazir mundur mumet nakal"
    " ngawur ngeluh ngelantur nyesel nyasar nyebelin omdo omongkosong overload panas parah payah pecah pelit penuh"
    " percuma pesing php prihatin protes pusing putus rawan retak ribet rebutan rugi rusak sakithati salah sampah"
    " sebel sembarangan sembrono semena sempit semrawut sengsara sia sibuk sok sombong somse stres stress sumpek"
    " susah tega telantar telat terbengkalai terganggu terkatung terlambat terlantar terpaksa tersinggung tertipu"
    " tidur tipu tutup usir zalim dzalim zonk tolol goblok anjing anjir bangsat bajingan ancur ambyar asu jancuk cok"
    " kampret gila rasis hina menghina ngobrol ngerumpi ngegosip hpan mainhp slowrespon kelamaan ditutup kosong"
    " dibatalkan batal ricuh numpuk menumpuk penumpukan tumpuk nihil nol trauma ngeri pungli calo suap diperas"
    " bising debu longsor banjir berlubang lubang genangan ambrol mangkrak mogok busuk kadaluarsa kadaluwarsa"
    " kedaluwarsa expired terbuang jijiki njijiki menjijikkan menjijikan palsu dihapus dihapusi dibuang diblokir"
    " ludes pundung tertukar ketukar meleset curam karatan berkarat jebol roboh bolong tersumbat gembokan digembok"
    " dikunci ketus melotot bawel pencitraan hanyut mondarmandir ngabisin"
)
"""Words that complain, unless a negation stands before them."""

HEDGE = word_set("sih lho loh kalau asal katanya konon ceritanya lumayan mending")
"""Words that take half of a praise back: "bagus sih", "ramah kalau ada kamera"."""

REPROACH = word_set("kenapa kok masa masak")
"""Question words that complain as often as they ask."""

ILLNESS = word_set(
    "aborsi aids autis autisme bipolar biopsi covid dbd depresi diabetes difteri epilepsi gerd ginjal gonore"
    " hepatitis hernia hipertensi hiv jantung kanker kateter keguguran kemo kemoterapi kencing kista kuret kusta"
    " leukemia lumpuh malaria miom narkoba nifas odgj odha osteoporosis parkinson pneumonia keputihan ambeien kutil"
    " herpes impoten mandul kelamin sipilis kudis gudik rehabilitasi sifilis skizofrenia stroke tbc tb thalasemia"
    " tifus tipes tumor tuberkulosis typus usus vertigo wasir diagnosa diagnosis didiagnosa rontgen operasi"
)
"""Illnesses and treatments: beside a name they are a patient's data, not to be answered in public (`sop.md`)."""

HAPPY_EMOJI = frozenset(
    "😀😃😄😁😆😊🙂😇🥰😍🤩😘☺😚😋🤗👍👏🙌💪🔥❤🧡💛💚💙💜🤎🖤🤍💕💞💓💗💖💘💝💟❣🎉🥳✨🌟⭐💯👌🤝🖒🌹🌷🌸🥇🏆😎🫶🤲✌"
)
SAD_EMOJI = frozenset(
    "😡😠🤬😤👎🖕😒🙄😑😐🤦🤷😞😔😟😕🙁☹😣😖😫😩😢😭😥😓😰😨😱🤮🤢💔😾😿🤨🤡💩🥵😵🥱🥲🥺😮😧😦😶🤒🤕😷🚮👺👿😈⁉"
)
LAUGHING_EMOJI = frozenset("😂🤣😅😹😜😝😛🤪😏🙃")
"""Laughter praises and mocks alike."""

TOPIC_STEMS: dict[str, tuple[str, ...]] = {
    "antrean": ("antri", "tunggu", "panggil", "nyerobot"),
    "biaya": ("biaya", "bayar", "tagih", "mahal", "gratis", "murah", "rupiah", "ongkos", "pungli", "kasir"),
    "bpjs": ("bpjs", "rujuk", "faskes", "pbi", "iuran"),
    "fasilitas": (
        "toilet", "wc", "kamar", "parkir", "kursi", "bangku", "gedung", "ruang", "musho", "lift", "lampu", "taman",
        "trotoar", "banjir", "sampah", "got", "selokan", "kipas", "keran", "kasur", "bersih", "kotor", "pesing",
        "halte", "bus", "jembatan", "aspal", "pohon", "fasilitas", "tempat",
    ),
    "gigi": ("gigi", "scaling", "behel", "gusi", "geraham", "tambal"),
    "informasi": (
        "informasi", "posting", "konten", "edukasi", "sosialisasi", "penyuluhan", "poster", "video", "grafi", "update",
        "pengumuman", "caption", "hotline", "telepon", "whatsapp", "pesan", "balas",
    ),
    "jam_layanan": ("buka", "tutup", "libur", "besuk", "jam"),
    "kia_imunisasi": (
        "vaksin", "imunisasi", "posyandu", "hamil", "lahir", "melahirkan", "bidan", "bayi", "balita", "asi", "usg",
        "mpasi", "nifas", "dosis", "campak", "polio", "suntik", "kb", "kandungan",
    ),
    "laboratorium": ("lab", "swab", "pcr", "antigen", "rontgen", "kolesterol", "darah", "dahak", "tes"),
    "obat": ("obat", "apote", "farmasi", "vitamin", "salep", "resep", "puyer", "insulin", "tablet", "paracetamol"),
    "pendaftaran": (
        "daftar", "loket", "formulir", "ktp", "kk", "nik", "dukcapil", "capil", "paspor", "akta", "aplikasi",
        "website", "login", "link", "error", "online", "verifikasi",
    ),
    "petugas": (
        "petugas", "dokter", "perawat", "satpam", "staf", "pegawai", "resepsionis", "nakes", "kader", "ramah", "jutek",
        "sopan", "senyum", "marah", "bentak", "apoteker",
    ),
}  # fmt: skip
"""Beginnings of words that point to a topic."""

OUR_STEMS = (
    "layan", "pelayan", "dilayan", "melayan", "petugas", "dokter", "dr", "perawat", "suster", "bidan", "nakes",
    "staf", "pegawai", "karyawan", "satpam", "kader", "admin", "apotek", "kasir", "sopir", "puskesmas", "pkm", "rs",
    "klinik", "poli", "igd", "dinas", "dinkes", "pustu", "posyandu", "faskes", "antri", "daftar", "loket", "obat",
    "periksa", "rawat", "dirawat", "kontrol", "imunisasi", "vaksin", "gigi", "lab", "bpjs", "ambulan", "tempat",
    "ruang", "gedung", "toilet", "fasilitas", "parkir", "program", "kegiatan", "inovasi", "informasi", "konten",
    "edukasi", "sosialisasi", "penyuluhan", "aplikasi", "proses", "urus", "mengurus", "penanganan", "ditangani",
    "tangani", "terimakasih", "anda", "tim", "bapak", "ibu", "kerja", "kinerja", "konsep", "pemkot", "pemerintah",
    "warga", "masyarakat", "sini", "disini", "ide", "acara", "gerak", "terobosan", "respon", "sistem", "transport",
    "bus", "halte", "taman", "sungai", "kali", "trotoar", "jalan", "lampu", "kota", "kab", "biaya", "service",
    "servis", "hospital", "nurse", "doctor", "berobat", "lahir", "melahirkan", "scaling", "pojok", "tips", "video",
    "poster", "infografi", "grafi", "bagian", "para", "pahlawan", "pejuang", "relawan", "ktp", "capil", "dukcapil",
    "disdukcapil", "dk", "satpol", "damkar", "pdam", "pak wali", "wali", "bupati", "camat", "lurah", "minkes",
    "mimin", "posting", "resep", "penjelasan", "jelasin", "menjelaskan", "senam", "lansia", "anak", "event",
    "langkah", "upaya", "solusi", "perubahan", "peningkatan", "kemajuan", "pemeriksaan", "cek", "panitia", "orang",
    "bantu", "membantu", "terbantu", "kebersihan", "desa", "kelurahan", "indonesia", "gerbang", "halaman", "sabun",
    "kursi"
)  # fmt: skip
"""Beginnings of words for what is ours to be thanked for, and for thanks said to us."""
