import { obstacleWords, questionWords } from "./access/access-words.js";
import type { ClockDoubtReason } from "../domain/billing/clock-doubt.js";
import type { AttentionItem } from "./attention.js";
import {
  obstacleFacts,
  questionFacts,
  told,
  type AttentionDictionary,
  type AttentionWords,
} from "./attention-phrases.js";

const clockReasons: Record<ClockDoubtReason, (p: AttentionItem["params"]) => string> = {
  unset: () => "Jam mesin belum disetel",
  stepped: () => "Jam mesin diubah saat Ronda berjalan",
  "behind-books": () => "Jam mesin lebih lambat dari pembukuan",
  "ahead-of-books": () => "Jam mesin berhari-hari mendahului pembukuan",
  "routers-disagree": (p) => `Jam router berbeda dari mesin ini${p["routers"] === "" ? "" : `: ${p["routers"]}`}`,
  "books-restored": () => "Pembukuan dikembalikan dari cadangan",
};

const lookAndVouch = {
  what: "Lihat jamnya. Jika benar, nyatakan; jika tidak, setel. NTP atau sebagian besar router mengakhirinya sendiri.",
  command: "ronda clock --vouch",
};

const clockActions: Record<ClockDoubtReason, AttentionWords["action"]> = {
  unset: { what: "Setel jamnya: lewat NTP, atau dengan tangan.", command: "timedatectl set-ntp true" },
  stepped: lookAndVouch,
  "behind-books": lookAndVouch,
  "ahead-of-books": lookAndVouch,
  "routers-disagree": {
    what: "Setel yang salah, paling baik lewat NTP di keduanya. Jika mesin ini benar, nyatakan.",
    command: "ronda clock --vouch",
  },
  "books-restored": {
    what: "Catat yang dibayar sejak cadangan dibuat, lalu nyatakan pembukuan lengkap: NTP tidak bisa tahu itu.",
    command: "ronda clock --vouch",
  },
};

export const indonesian: AttentionDictionary = {
  "database-failing": (p) => ({
    title: "Database tidak bisa ditulis",
    detail: `${p["message"]} (${p["code"]}). Router tetap dibaca; hitungannya disimpan sampai bisa ditulis.`,
    action: { what: "Periksa apakah disk ada, tidak penuh, dan tidak hanya-baca.", command: undefined },
  }),
  "router-other-device": (p) => ({
    title: `Perangkat lain menjawab sebagai ${p["router"]}`,
    detail: `${p["message"]}. Tidak ada yang dibaca atau ditulis sampai seseorang membenarkan.`,
    action: {
      what: "Jika router memang diganti, terima yang baru; jika tidak, periksa alamatnya.",
      command: `ronda router accept ${p["router"]}`,
    },
  }),
  "router-login-failed": (p) => ({
    title: `${p["router"]} menolak login`,
    detail: `${p["message"]}. Sesinya ditampilkan basi sampai bisa dibaca lagi.`,
    action: {
      what: "Cocokkan username dan password di routers.yaml dengan /user di router.",
      command: `ronda doctor ${p["router"]}`,
    },
  }),
  "router-not-permitted": (p) => ({
    title: `Pengguna API di ${p["router"]} kekurangan izin`,
    detail: String(p["message"]),
    action: { what: "Tambahkan policy yang kurang pada pengguna API router.", command: `ronda doctor ${p["router"]}` },
  }),
  "router-unreachable": (p) => ({
    title: `${p["router"]} tidak terbaca`,
    detail: `${p["message"]} (${p["code"]}). Sesinya basi, bukan berakhir: yang masih ada di lognya tidak hilang.`,
    action: { what: "Periksa listrik, kabel, dan layanan API router.", command: `ronda doctor ${p["router"]}` },
  }),
  "clock-doubted": (p) => ({
    title: clockReasons[p["reason"] as ClockDoubtReason](p),
    detail:
      `Jam mesin menunjukkan ${p["shown"]}; terakhir dipercaya ${p["trusted"] === "" ? "belum pernah" : p["trusted"]}. ` +
      "Pembacaan, hitungan, pembayaran, dan buka isolir tetap jalan. Tidak ada yang digelapkan, ditagih, diingatkan, atau dihapus.",
    action: clockActions[p["reason"] as ClockDoubtReason],
  }),
  "brake-engaged": (p) => ({
    title: `Rem menahan ${p["waiting"]} isolir${p["router"] === "" ? "" : ` di ${p["router"]}`}`,
    detail: `Yang akan gelap dalam sehari melebihi batas rem: ${p["names"]}. Tidak ada yang digelapkan sampai seseorang menyetujui; yang membayar tetap dinyalakan.`,
    action: {
      what: "Lihat siapa saja yang terdaftar. Jika benar, setujui; jika tidak, betulkan penyebabnya.",
      command: `POST /api/v1/billing/brakes/${p["brake"]}/confirm`,
    },
  }),
  "passwords-not-openable": (p) => ({
    title: `${p["count"]} kata sandi tersimpan tidak bisa dibuka`,
    detail: `${p["message"]} (${p["code"]}). Jalur yang sudah ada di router tetap jalan; yang hilang di sana tidak bisa dibuat lagi.`,
    action: { what: "Kembalikan ronda.key milik database ini ke samping routers.yaml.", command: undefined },
  }),
  "access-not-readable": (p) => ({
    title: `Secret, user, dan queue di ${p["router"]} tidak bisa dibaca`,
    detail: `${p["message"]} (${p["code"]}). Pemakaian tetap dihitung, tetapi tidak ada yang dibandingkan atau dibetulkan.`,
    action: { what: "Biarkan doctor mengatakan apa yang kurang.", command: `ronda doctor ${p["router"]}` },
  }),
  "access-not-writable": (p) => ({
    title: `${p["router"]} tidak bisa ditulis`,
    detail: `${p["message"]} (${p["code"]}). Isolir dan buka isolir menunggu.`,
    action: { what: "Beri pengguna API router izin yang kurang.", command: `ronda doctor ${p["router"]}` },
  }),
  "enforce-unconfirmed": (p) => ({
    title: `${p["changes"]} perubahan di ${p["router"]} menunggu persetujuan`,
    detail: `Sebelumnya dalam mode observe. ${p["darkens"]} akan digelapkan dan ${p["lights"]} dinyalakan; tidak ada yang ditulis sampai seseorang melihatnya.`,
    action: {
      what: "Lihat perubahannya, lalu setujui dengan POST /api/v1/routers/NAMA/reconcile.",
      command: `ronda diff ${p["router"]}`,
    },
  }),
  "change-refused": (p) => ({
    title: `${p["router"]} menolak ${p["changes"]} perubahan`,
    detail: `Katanya: ${p["message"]} (${p["names"]}). Dicoba lagi, makin lama makin jarang.`,
    action: { what: "Betulkan yang dikeluhkan router, atau paketnya.", command: `ronda diff ${p["router"]}` },
  }),
  "line-asks": (p) => ({
    ...told(questionWords(questionFacts(p, "jalur"), "id"), p),
    detail: `Dibiarkan begitu sampai ada yang menjawab: ${p["names"]}.`,
  }),
  "line-blocked": (p) => ({
    ...told(obstacleWords(obstacleFacts(p, "jalur"), "id"), p),
    detail: `Yang menunggu: ${p["names"]}.`,
  }),
  "webhook-off": (p) => ({
    title: `Tidak ada lagi yang dikirim ke ${p["host"]}`,
    detail: `Semua kiriman ${p["webhook"]} gagal selama tiga hari, jadi dimatikan. Kejadian selama mati tidak dikirim belakangan.`,
    action: {
      what: "Lihat sebabnya di daftar kirimannya, perbaiki penerimanya, lalu hidupkan lagi.",
      command: `POST /api/v1/webhooks/${p["webhook"]}/enable`,
    },
  }),
  "router-parked-with-sessions": (p) => ({
    title: `${p["router"]} keluar dari routers.yaml dengan ${p["sessions"]} sesi terbuka`,
    detail: "Pembukuannya disimpan, tetapi tidak ada yang membacanya, jadi sesi itu tetap basi.",
    action: {
      what: "Kembalikan ke routers.yaml. Jika di sana diganti namanya, hentikan Ronda, beri tahu, lalu jalankan lagi.",
      command: `ronda router rename ${p["router"]} NAMA-BARU`,
    },
  }),
  "site-zone-changed": (p) => ({
    title: `Zona waktu berubah dari ${p["was"]} ke ${p["is"]}`,
    detail: "Hari yang sudah dijumlahkan tetap memakai batas zona lama; yang baru mengikuti zona baru.",
    action: { what: "Jika keliru, kembalikan site.timezone di routers.yaml.", command: undefined },
  }),
  "log-gap": (p) => ({
    title: `Log ${p["router"]} hilang ${p["minutes"]} menit`,
    detail: `Log router sudah tertimpa sebelum dibaca. Sesi yang mulai dan berakhir saat itu tidak tercatat; ${p["estimatedSessions"]} sesi yang berakhir saat itu diperkirakan.`,
    action: {
      what: "Perbanyak baris log memori di router.",
      command: "/system logging action set memory memory-lines=5000",
    },
  }),
  "log-counts-differ": (p) => ({
    title: `Hitungan log dan interface ${p["router"]} berbeda`,
    detail: `Dari ${p["sessions"]} sesi, keduanya berbeda ${p["percent"]} %. Angka dari log yang dipakai.`,
    action: { what: "Biarkan doctor mengukurnya.", command: `ronda doctor ${p["router"]}` },
  }),
  "log-order-unsettled": (p) => ({
    title: `${p["records"]} catatan logout ${p["router"]} menunggu urutan byte log`,
    detail:
      "Angka mana yang unggahan ditentukan oleh sesi pertama yang penghitungnya jelas berbeda. Sampai itu masih perkiraan.",
    action: { what: "Tidak ada; selesai sendiri saat sesi dengan lalu lintas jelas berakhir.", command: undefined },
  }),
  "rows-unreadable": (p) => ({
    title: `${p["rows"]} baris dari ${p["router"]} tidak terbaca`,
    detail: "Baris itu dilewati dan yang lain dibukukan; tidak ada sesi ditutup selama masih ada yang tak terbaca.",
    action: { what: "Lihat baris yang mana, lalu laporkan.", command: `ronda doctor ${p["router"]}` },
  }),
  "router-slowed-down": (p) => ({
    title: `${p["router"]} sibuk dan lebih jarang dibaca`,
    detail: `Tiap ${p["effectiveEverySeconds"]} detik, bukan tiap ${p["pollEverySeconds"]} detik; pulih sendiri.`,
    action: { what: "Jika terus begitu, perpanjang pollEvery atau cari penyebab bebannya.", command: undefined },
  }),
  "nobody-signs-in": () => ({
    title: "Ronda dibuka untuk orang lain, tetapi belum ada yang bisa masuk",
    detail: "http.host atau http.publicUrl membuka API. Siapa pun yang tidak dikenal ditolak.",
    action: { what: "Buat pengguna pertama, seorang admin.", command: "ronda user create NAMA --role admin" },
  }),
};
