"""How people write, and the plain Indonesian word it stands for.

A line is ``plain: variants``. Javanese, Sundanese, Madurese and Betawi words stand here too, as far as they carry
a judgement, a question or a topic. Variants are given after emphasis is taken out (``bangettt`` is ``banget``).
"""

from __future__ import annotations

_WORDS = """
tidak: ga gak g gk ngga nggak ngak engga enggak enga kagak kaga tdk tak tk ndak nda ndk nd ra ora rak mboten
    boten teu henteu hente enten ogak ogah nggk ng gag gx tida tidk tidaak nggax nggaknya tdaak
bukan: bkn bukn dudu sanes banne
belum: blm blum blom belom blun durung dereng drung tacan acan bloman
jangan: jgn jng jgan jangn ojo ojok montong ulah jo
kurang: krg kurg krang kirang
sudah: sdh udah udh dah uda sudh suda dh wes wis wus sampun uwis atos geus ampon sdah udeh udahan
bagaimana: gmn gmna gimana gimna gmana bgmn bgmna bagaimna bgaimana piye pye pripun pripon kepriye kumaha
    gemana gimanasih begimana kadiponapa gmanah
kenapa: knp knpa napa npa kenpa ngapa kenopo ngopo knapa naha kunaon arapa kenape mengapa kenawhy
apa: ap opo nopo apaan naon apah apha apose
apakah: apkh apkah apakh apaka nopokah
kapan: kpn kapn iraha kapanan bilo kpan
mana: mn nengdi endi pundi
dimana: dmn dmna dimn dmana nangdi ningdi nandi dimane dimna dimanakah
berapa: brp brapa brpa berp piro pinten sabaraha berape barampa brapaan
siapa: spa sapa sopo sinten saha siape siapah
bisa: bs bsa biso iso isoh isa saget tiasa bise bisah isok
boleh: blh bole boleeh kenging olle
mau: mo mw maw pgn pengen pgen pingin pengin arep bade ajeng hoyong mao pngen pengn arepe
tanya: nanya tny tnya tnyk tanyak bertanya takon tangled naros tanyain nanyak ty takok atanya
ya: y yah iya iye iyah iyo yo nggih nggeh enggih njih inggih yaah ea yup yoi leres muhun
yang: yg yng yag iing sing seng ingkang
dan: dn lan sareng
dengan: dg dgn dng dngn dgan karo kaliyan jeung kalawan
untuk: utk untk ut unt buat bwt bt kanggo kangge pikeun kaangguy tuk utuk gae
dari: dr dri saking saka soko derri
ke: k nang menyang
di: d neng edi
pada: pd pda
karena: krn krna karna krena garagara amargi mergo mergane amarga kusabab soalnya soale soalna polana coz
kalau: kl klo kalo klau kalok klw klu nek lek yen lamun mun menawi manawi kaloh
tapi: tp tpi tetapi tapinya ananging nanging tapina
sampai: smp smpe sampe sampek nganti ngantos dugi smpai sampeq sampi
saja: aja aj ja ajah ae wae mawon doang doank sj sja bae wungkul thok tok
lagi: lg lgi maneh meneh malih lage
masih: msh msih mash isih tasih keneh
banget: bgt bngt bangt bgd bget banged bnget pisan puol pol tenan sanget ongguh buanget bgtz beuts
sangat: sgt sngat amat saestu
sekali: skali skli
semua: smua smw kabeh sedoyo sadaya sadayana kabbhi semoa
orang: org orng wong tiyang jalmi oreng oramg wonge
saya: sy sya aku gue gw gua ak aq kulo kula abdi aing engkok ane sayah akuh
kami: kmi kita kt kta kito urang
anda: kamu km kmu lu lo loe elu sampeyan panjenengan anjeun bapenapa ente u
dia: dy deknen piyambake manehna
mereka: mrk mreka
ini: ni nih iki niki ieu
itu: tu tuh kui kuwi niku eta jareya
begitu: bgtu gitu gt gtu ngono ngonten kitu bgitu begitoh
begini: gini gni ngene ngeten kieu
hari: hr hri dinten poe
jam: jm pukul
besok: bsk bsok sesuk ngenjing enjing isuk isukan beso esok
kemarin: kmrn kemaren kmaren kmarin wingi kamari kamarin kmren kmrin
sekarang: skrg skrng skr skarang saiki sakniki ayeuna sateya srkarang sekarng skg skrang sekrang
nanti: nnti nti ntar tar mengko mangke engke entar
tadi: td tdi
tolong: tlg tlng tlong tulung tulong
mohon: mhn mohn mhon nyuwun moon
minta: mnt mnta mintak njaluk
terimakasih: makasih makasi mksh mkasih maksih trims trimakasih terimakasi terimaksih trmks trmksh trmkasih
    trimks tks thx thanks thankyou thnks tq suwun kesuwun nuwun maturnuwun matursuwun hatursuwun nuhun
    haturnuhun sakalangkong kasoon tengkyu tengkiu makaseh tararengkyu terimakasiih makacih matornuwun suksma
    terimaksi trimksh mksih tengs terimakash arigato syukron jazakallah jazakillah jazakumullah tenkyu
    terimksih trimaksih
maaf: mf maap map maf sori sorry sory ngapunten nyuwunsewu sepurane sepuntene hapunten hampura saporana mangap
    maafin mohonmaaf
selamat: slmt slamat met sugeng wilujeng salamet slmat
semangat: smangat smngt smgt semngat semangaat smngat cemungut cemungudh
bagus: bgs bgus apik sae bagos baguus good sip nice
baik: baek bgaik becik
ramah: rmah sumeh grapyak friendly somah
cepat: cpt cepet cpet gercep set satset satsetsatset gancang cpat fast kilat gatcep sigap
lama: lm suwe suwi luama laama lemot lelet lambat lamban lola alon klemar klemer leletnya ngaret lemod
antri: ngantri antre ngantre antrian antrean antriannya antreannya antrinya antrine ngantrine antrinan
tunggu: nunggu nungguin nunggunya menunggu tnggu ngenteni nenggo nungguan nunggune tunggunya
mantap: mantab mantul mantep mntp mntap mantapz jos jossgandos mantabs mantaf mantapu mantappu josh
keren: kren kereen kece cool
hebat: hbat hebad jempolan
luarbiasa: luarbiase luarbyasah luarbyasa luarbiyasah
alhamdulillah: alhmdulillah alhamdulilah alhamdulilh alhamdullilah alhamdulillaah alkhamdulillah
    allhamdulillah hamdalah
aamiin: amin amiin aamin ameen amien
semoga: smoga moga mga muga mugi mugia mudahmudahan mugamuga semog
sehat: seht shat waras cageur saras
pelayanan: plyanan pelayanannya pelayananya pelayananx layanan pelyanan playanan plynan pelayan pelayanane
    pelayannan plyn pelayanna
petugas: ptgs ptugas petugasnya petugase petugs ptgsnya
dokter: dok dokternya doktere dktr dktrnya dokterx doc
perawat: prawat perawatnya suster susternya sus nurse perawate ners mantri
bidan: bidannya bidane
puskesmas: pkm puskes puskesmasnya pusk pskms puskesmase puskesms puskemas puskesnas pukesmas
rs: rmhsakit rsud rsu rumahsakit rmsakit
obat: obt obatnya obate obatan
daftar: dftr dftar ndaftar daftr mendaftar daptar daftarnya pendaftaran pendaftran pndftran pendaptaran
    registrasi ndaftare pendaftarannya regis
vaksin: vaksinasi vaksinnya vaksinya vaxin faksin paksin baksin vksin divaksin vaksine vaksinasinya vacin
    vaccine vaks booster boster
imunisasi: imun imunisasinya imunisai imunisas imunisasine
jadwal: jdwl jadwl jdwal jadwalnya jadual schedule jadwale jdwlnya
nomor: no nmr nomer nmer nomornya nomere nomernya
sakit: skt lara loro gering nyeri sakitnya
periksa: prksa priksa pariksa periksakan preksa meriksa cek chek checkup ngecek dicek check
kontrol: control kntrol
anak: ank anaknya putra anake anakku adek
ibu: bu buk bunda bun ibuk emak mak ibunya
bapak: pak pk bpk bpak ayah bapake pakde bapaknya
admin: min mimin atmin minkes adminnya mincan minpus minnie
kakak: kak ka kaka mbak mba mb mbk mas kang teteh cak sis gan bro mbaknya masnya mbake mase
teman: tmn temen konco kanca guys gaes gais lur dulur slur sedulur bestie genk baraya rek arek bolo ngab
    tretan tmen cah
informasi: info infonya infone inpo informasinya informsi infornya infor
bayar: byr byar mbayar mbyr bayare
biaya: harga tarif hrg hrga biayanya harganya tarifnya ongkos
gratis: fre geratis gretong
penuh: pnuh ful kebak pinuh fullbook fully
habis: abis hbs entek telas seep kehabisan abisnya hbis sold
susah: angel angele susyah hese ribet ruwet sulit sukar susahnya rempong malarat riweuh syusah rumit
error: eror ngadat ngelag ngehang hang lag down trouble troubel ngeblank
parah: prh paraah parahnya
kecewa: kcewa kuciwa gelo kuecewa zonk kecwa kecewanya
marah: mrh marahmarah nesu ngamuk ambek
jutek: judes galak ketus sengak juteknya judesnya galaknya mrengut cemberut sinis ngegas nyolot kasar jutex
malas: males mls wegah hoream
kerja: krja krj gawe kerjo kerjaan kerjane kerjanya
banyak: bnyk bnyak byk akeh kathah loba seabrek buanyak
sedikit: dikit sdikit setitik sithik saeutik sitik sekedik dkit
perlu: prlu kudu
harus: hrs hrus kedah wajib musti mesti kuduna hruse
lewat: lwt liwat
datang: dtg dtang dateng sumping dtng ngerawuhi rawuh
pulang: plg plang mulih mantuk wangsul balik muleh
rumah: rmh omah griya imah bengko rumh
benar: bnr bner bener benr beneran bnran
lebih: lbh lbih luwih lebh langkung
juga: jg jga jugak oge kiya
seperti: sprti spt kyk kaya kayak kek koyo kados siga jiga sepertinya kya kayaknya
sama: sm sma
ada: ad enek ono wonten aya onok
tahu: tau tw ngerti ngertos
lihat: liat lht lyat delok ndelok ningali tingal tinguk
kata: jare jarene cenah katanya ktnya ktanya omong
cuma: cuman cm cma mung mek namung ukur hanya hny hnya
meskipun: meski walau walaupun wlopun senajan sanajan walopun masio najan eventhough
padahal: pdhl pdahal padalah padal pdhal
sayangnya: sayange hanjakal sayangx
daripada: drpd dripada daripd tinimbang
begitulah: gitulah gtulah
kasihan: ksian kasian sakke mesakke mesakno karunya kasiyan mesake
bohong: boong hoax hoaks ngapusi bohongan apusapusi php phpin ngibul
makin: mkin mangkin tmbah
semakin: smakin smkn
antar: nganter anter ngantar nganterin ngantarkan
suntik: nyuntik disuntik suntikan suntiknya
whatsapp: wa whatap watsap wasap whatshap wats
telepon: telp tlp tlpn telpon telfon tilpun phone tlfn tlepon telf
balas: bls bales dibales dibls dibalas balasnya balesnya balesannya balasan slowrespon slowresp respon
    merespon direspon tanggapan ditanggapi dijawab jawab respons
website: web situs websitenya webnya webe webs weebsite wibsite
aplikasi: apk apps aplikasinya aplikasine apl
online: onlen onlin daring onlain ol onlines
kartu: krtu kartunya
bpjs: bpj bpjsnya jkn kis bpjskes bpjse jknkis
rujukan: rujuk rjukan dirujuk rujukannya merujuk ngrujuk rujukane
igd: ugd emergency gawatdarurat
parkir: parkiran parkirnya tukangparkir parkirane parkirannya
lancar: lncar lancarjaya
nyaman: nyamannya comfy kepenak penak nyamman
bersih: brsih resik beresih kinclong
puas: memuaskan puaas puasnya mareme marem muasin
senang: seneng snang sneng bungah senengnya bagja happy senangnya
tertib: trtib
saran: srn saranku sarannya masukan
usul: usulan usulku ngusulkan usulin
rekomendasi: recommended rekomen rekomended recomended recommend rekom rekomendid direkomendasikan rekomend
pejabat: pejabatnya
pemerintah: pmrintah pemerintahnya pemerintahe pmrnth gupermen
masyarakat: masy msyrkt warga wargane wargo
sertifikat: sertif sertipikat sertifikatnya srtifikat sertipikatnya
tanggal: tgl tnggal tggl
bulan: bln bulanan bulane
tahun: thn taun th tahon taon
minggu: mggu mg ahad
umur: usia usianya yuswa umure
pertama: prtama kesatu prtma
kedua: kaduwa
tempat: tmpt tmpat tempatnya tmpatnya panggon panggonan tmpatx nggon tempate
kota: kotanya kutha
jalan: jln jl dalan jalannya dalane dalanan
ktp: ektp ektpnya ktpnya ktpel
kk: kartukeluarga
wali: walikotane
bantu: bntu bantuin mbantu bantuannya bantuan
dapat: dpt dapet dpat dpet angsal entuk kebagian dpatnya kabagian kebagean
sembuh: smbuh damang
senyum: mesem senyumnya
aneh: anehnya
jelas: jls cetho gamblang
mahal: larang awis muahal mahalnya mahalan
murah: mrah mirah murmer
sebelum: sblm sblum sbelum sebelom sebelune sakdurunge samemeh
sesudah: ssdh stlh setelah bakda sawise
terus: trs trus teruz tros
kok: koq kog ko
tetap: ttp tetep ttep tep teteup
selalu: slalu sllu sellu slallu tansah
seharusnya: hrsnya harusnya kudune mestinya mustinya kudunya hrse
sering: srng sring srg kerep keseringan
dong: donk dund doong
bilang: blg bilange ngomong ngmg ngendiko ngemeng blng ngomonge
langsung: lgsg lsg lgsung langsng lgsng lsung langsug lsng
berobat: brobat priksain
melahirkan: lairan lahiran lahirin ngalahirkeun
hamil: bumil hmil meteng kakandungan reuneuh
bayi: bayiku bby dedek debay orok
kecil: kcl kecik cilik alit leutik
besar: gede gedhe ageng gedhi bsr
baru: br bru anyar enggal nembe
dekat: dkt deket caket parek cedak cedhak
jauh: adoh tebih
sendiri: sndri dewe dhewe piyambak sorangan
buka: mbuka bukak bukanya
tutup: tutupnya
kuota: quota kuotane kuotanya kouta kwota jatah
loket: loketnya lokete locket
ruang: ruangan ruangannya ruangnya rg
poli: poly poliklinik polinya
bersihkan: bersihin
kirim: krm krim ngirim kirimin
pesan: dm inbox pm direct dmku dmnya chat ngechat japri pesen
kabar: kbr kbar kabare
jawa: jowo jwa
dll: dsb dst dl
susah: ssah
assalamualaikum: السلام سلام عليكم
waalaikumsalam: وعليكم
warahmatullah: ورحمة
wabarakatuh: وبركاته
allah: الله لله
alhamdulillah: الحمد
masyaallah: ماشاء شاء
subhanallah: سبحان
astaghfirullah: استغفر
bismillah: بسم
aamiin: امين
innalillahi: انا
rojiun: راجعون
terimakasih: شكرا جزاك بارك
"""

PHRASES: dict[tuple[str, str], str] = {
    ("terima", "kasih"): "terimakasih",
    ("trima", "kasih"): "terimakasih",
    ("terima", "kasi"): "terimakasih",
    ("trima", "kasi"): "terimakasih",
    ("matur", "terimakasih"): "terimakasih",
    ("hatur", "terimakasih"): "terimakasih",
    ("mator", "terimakasih"): "terimakasih",
    ("thank", "anda"): "terimakasih",
    ("thank", "you"): "terimakasih",
    ("luar", "biasa"): "luarbiasa",
    ("bagus", "job"): "luarbiasa",
    ("kerja", "bagus"): "luarbiasa",
    ("di", "mana"): "dimana",
    ("rumah", "sakit"): "rs",
    ("gawat", "darurat"): "igd",
    ("slow", "balas"): "slowrespon",
    ("kartu", "keluarga"): "kk",
    ("marah", "marah"): "marah",
    ("assalamualaikum", "assalamualaikum"): "assalamualaikum",
    ("waalaikumsalam", "assalamualaikum"): "waalaikumsalam",
    ("alhamdulillah", "allah"): "alhamdulillah",
    ("masyaallah", "allah"): "masyaallah",
    ("subhanallah", "allah"): "subhanallah",
}
"""Two words, already plain, that are one."""


def _read(lines: str) -> dict[str, str]:
    table: dict[str, str] = {}
    plain = ""
    for line in lines.splitlines():
        head, found, variants = line.partition(": ")
        if found:
            plain = head
        for variant in (variants if found else line).split():
            table[variant] = plain
    return table


SLANG: dict[str, str] = _read(_WORDS)
"""Variant to plain word. A plain word that is nobody's variant stands for itself."""
