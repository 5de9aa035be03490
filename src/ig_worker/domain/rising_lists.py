"""Lists of words: what says nothing of what people speak of, what everybody knows as a word, and given names."""

from __future__ import annotations

from ig_worker.domain.classifier.lexicon import word_set

FUNCTION = word_set(
    """
    nya dulu disini disana kesini kesana langsung ternyata dll dst dsb pelayanan layanan suruh disuruh kali
    mlh smg kemana makanya pokok akhirnya udahan malahan dong terkait pun entah banget bgt skrg sdh
    yang dan atau dari dalam oleh karena sebab agar supaya kalau jika bila saat ketika waktu sejak hingga sampai
    antara tentang seperti serta juga lagi pula hanya cuma masih sedang telah sudah akan belum pernah selalu
    sering kadang jarang bisa dapat boleh harus mesti perlu ingin mau punya ada adalah ialah yaitu jadi menjadi
    bukan tidak jangan ini itu sini situ sana tadi nanti kemarin sekarang besok lusa hari pagi siang sore malam
    minggu pekan bulan tahun jam menit senin selasa rabu kamis jumat sabtu ahad januari februari maret april mei
    juni juli agustus september oktober november desember saya aku kami kita kamu anda kalian dia ia mereka
    beliau orang semua seluruh setiap tiap para banyak sedikit beberapa satu dua tiga empat lima enam tujuh
    delapan sembilan sepuluh nol puluh ratus ribu juta pertama kedua ketiga lebih paling sangat sekali terlalu
    agak hampir kurang cukup sama lain lainnya beda sendiri saling buat bikin pakai pake kasih beri ambil pergi
    pulang mulai selesai setelah sebelum sesudah lalu kemudian terus tetap begitu begini gitu gini kayak macam
    semacam seolah walau walaupun meski maka namun tetapi tapi sedangkan sambil hal cara soal masalah tempat
    bagian pihak tolong mohon minta silakan silahkan coba lihat tahu bilang kata katanya kasus pas biar emang
    memang benar betul salah udah aja saja dong deh nih tuh loh lah kah pun sih kok kan ayo yuk mari oh iya
    tidaklah enggak nggak gak the and you for this that masa masak malah entah gimana bagaimana kenapa mengapa
    apa siapa mana kapan berapa bolehkah bisakah adakah untuk dengan pada kepada terhadap akibat menurut sesuai
    bahwa tanpa selama sekitar sebagai secara apalagi padahal justru bahkan misal misalnya contoh tanya bertanya
    menanyakan jawab balas dibalas infonya informasinya dimohon tertanda bersama sekalian segala apapun siapapun
    baru
    """
)

PEOPLE = word_set(
    """
    admin atmin mimin min kak kakak kaka kakaknya gan sis bro bunda bun ibu bapak pak bu mbak mas dik adik dek
    tante om nenek kakek mbah anak anaknya suami istri keluarga saudara teman tetangga warga masyarakat rakyat
    pasien pasiennya puskesmas puskesmasnya pkm dinkes dinas kesehatan klinik rumah sakit kota kabupaten
    kecamatan kelurahan desa pemerintah pemkot indonesia jawa timur dokter dokternya bidan bidannya suster
    susternya perawat perawatnya petugas petugasnya nakes pegawai staf instagram akun postingan unggahan posting
    foto video komentar komen
    """
)
"""Who is spoken to, and of; where everything happens."""

GREETING = word_set(
    """
    assalamualaikum assalamu alaikum waalaikumsalam salam halo hai hallo helo pagi selamat permisi punten maaf
    terima terimakasih makasih matur nuwun suwun thanks trims alhamdulillah alhamdullilah masyaallah masya allah
    insyaallah insya subhanallah barakallah bismillah amin aamiin amiin semoga moga doa doakan tuhan berkah
    sukses jaya maju semangat lanjutkan pertahankan tingkatkan dukung mendukung top josh jos gandos sip siap
    mantul mantap joss wow wah wih ramadan ramadhan berpuasa ibadah menunaikan idul fitri adha minal aidin
    faizin walfaizin lahir batin lebaran dirgahayu merdeka ultah ulang milad hut natal imlek nyepi waisak hadir
    nyimak sundul izin ijin share jawaban jawabannya giveaway kuis follow followers like promo diskon slot gacor
    pinjol pinjaman dm inbox cek klik bio link
    """
)
"""Greetings, thanks, wishes, feasts, and what is said under a quiz or in an advert."""

COARSE = word_set(
    """
    anjing anjir bangsat bajingan asu jancuk cok kampret tolol goblok babi monyet tai bego
    """
)
"""A notice is read in a waiting room."""

HEALTH = word_set(
    """
    covid corona omicron mpox cacar flu influenza batuk pilek demam dbd dengue chikungunya malaria tbc
    tuberkulosis hiv aids campak rubella difteri pertusis polio tetanus hepatitis hpv bcg dpt rabies kanker
    serviks diabetes hipertensi stroke jantung asma diare muntaber tipes tifus leptospirosis pes kusta scabies
    stunting gizi anemia ispa pneumonia keracunan nyamuk fogging jentik abate wabah klb karantina isolasi masker
    oksigen ambulans ambulan ugd igd rujukan rujuk surat keterangan sehat skrining screening donor darah khitan
    sunat senam lansia prolanis posbindu sirkulasi satusehat mobile jkn kis bpjs aplikasi website server sistem
    online offline antrean antri antre nomor loket kursi parkir toilet listrik mati air bocor banjir bau kotor
    rusak habis kosong penuh tutup buka libur cuti pindah ganti jadwal kuota stok vaksin vaksinasi booster
    imunisasi dosis suntik obat insulin metformin amlodipin paracetamol vitamin tablet sirop sirup biaya bayar
    tarif mahal pungli gratis ktp kk domisili kartu puasa mudik haji umrah sekolah siswa catin pengantin calon
    """
)
"""Illnesses and what a health centre has: written with a capital or not, they are no names."""

GIVEN_NAMES = word_set(
    """
    abdul abdullah abidin achmad adi aditya agung agus agustina ahmad aisyah ajeng akbar aldi alfian ali
    alif amalia amelia aminah amir anam andi andika andini andre andri anggi anggraini ani anik anis
    anisa anita annisa anton aprilia ardi ari arief arif arifin aris arman arya asep asih asrofi asrul
    astuti atik aulia ayu azizah bagas bahrul bambang basuki bayu bejo bima budi budiono cahyo candra
    choirul citra darmawan darmini darto daud dedi deni denny desi dewi dhea dian diana dika dimas dina
    dini dita dodi doni dwi dyah edi edy eka eko ela eli elisa endah endang eni erna erni erwin evi fadil
    fahmi faisal fajar farah farid farida faridah fathoni fathur fatimah fatkur fauzi fauziah febri ferdi
    feri firman fitri fitria fitriani galih gilang gita gunawan hadi hafiz haidar hakim hamid hamzah hana
    handayani handoko hani haris hariyanto hartati hartono haryanto hasan hasanah hendra hendri hendrik
    hendro heni heri herlina herman hermawan heru hidayah hidayat hilda husein ibrahim ika ikhsan ilham
    imam imron ina indra indri intan irfan irma irwan iskandar ismail ita iwan jamal jihan joko juliana
    jumadi jumiati juminten junaidi kamal karim kartika kartini kartono kasim kasmini khadijah khairul
    khoir khoirul kholid kholifah khotimah khusnul kiki kurnia kurniawan kusuma kuswanto laila lailatul
    lailiyah lastri latifah lena lestari lia lilik lilis lina linda lisa lukman lutfi lutfiyah luthfi
    maftuh maharani mahfud mahmud maimunah maisaroh malik mansur maria mariam marlina martini maryam
    marzuki masrur masruroh maulana maya mega megawati melati meli mila mira mirna mohamad mohammad
    muhamad muhammad mukhlis mulyadi mulyani mulyono munawaroh munir murni musa muslih mustakim mustofa
    mutia nabila nadhif nadia nafisa naila najwa nana nanang nanda nani nanik nasir nasrul naufal ngatini
    nia niken nikmah nina nining nisa nita novi novita nugroho nur nuraini nurhayati nuri nuril nurjanah
    nurlaela nurul nuryati okta oktavia oktaviani paijan paijo paiman paimin painem pandu parman permata
    poniman ponimin ponirah prasetya prasetyo pratama pratiwi puji purnama purnomo purwanto puspita putra
    putri qori raden rahayu rahma rahman rahmat rahmawati rahmi raka rama ramadhani ramli rangga rani
    ratih ratna reni reza rian ridho ridwan rifai rifqi rika rina rini rio riska risma rita riyanto riza
    rizal rizki rizky rizqi robert rofiq rohim rohmah rohman rokhim rokhman roni rosa rosi rudi rukmini
    rusdi rusli rusmini sabrina safira safitri saiful salamah salim salma salsabila samiah samsul sandi
    santi santoso saputra saputri sarah sari sarinah sarmi sarmin saroh sarwono satria septi setiawan
    setyawan sheila shinta shofi sholeh sigit silvi sinta siska siti slamet soleh solikhin solikin sri
    subagyo suci sudarmi sudarsono sudarti sugeng suharti suharto sujarwo sujono sukarno sulaiman
    sulastri suliono sulis sulistyo sulton sumadi sumarni sumarno sumiati suminah sunarti sundari supardi
    suparman suparno suprapto supri supriyadi supriyanto suroso surya suryadi suryani suryo susan susanti
    susanto susi susilo sutini sutopo sutrisno suwarni suyadi suyanto syafii syafitri syahrul syaiful
    syamsul tari tarmi tarno tasya tatik taufik teguh thohir tiara tina tini titik titin tohari tohir
    tono tri triyono tukijan tukimin tumini tumiran tuti ucok udin ulfa ulfah ulum umar ummi usman utami
    utomo vera vina wagiman wagimin wahab wahid wahyu wahyudi wahyuni wasis wasito wati wawan wibowo widi
    widji widodo widya wijaya wiji wildan winarsih winarti winda wiwik wulan wulandari yahya yanti yanto
    yanuar yasin yatmi yayuk yeni yoga yogi yono yuda yudi yuli yulia yuliana yuliani yulianti yulianto
    yuliati yuni yunita yusuf yuyun zahra zahrotul zainab zainal zainuri zaki zubaidah zulaikha zulfa
    zulkifli
    """
)
"""The commonest given names of Indonesia: they stand alone and in small letters, where nothing else tells them."""

TITLES = word_set(
    """
    ibu bu bapak bpk pak pk mbak mbk mba mas dik adik dek si tante bude budhe pakde pakdhe bulik cak ning kang
    teh nona nyonya tuan saudara saudari sdr sdri kak kakak om mbah dr drg dokter bidan bd suster sus ners
    zuster perawat mantri apoteker satpam security kapus kepala ketua kader sopir driver resepsionis kasir ustad
    ustadz ustadzah haji hj gus bunda bun dokternya bidannya susternya perawatnya petugas petugasnya nama
    namanya bernama pasien an ny tn
    """
)
"""Behind them stands a name, or else an ordinary word."""

MANNERS = word_set(
    """
    galak judes jutek ketus kasar sabar ramah marah membentak bentak ngomel cerewet bawel sombong sinis cuek jahat
    sopan telaten senyum murahsenyum baik cantik ganteng pintar cekatan pelit malas
    """
)
"""How people are and things are not: an unknown word right before one is somebody's name."""
