/** What the page says, in both languages. A word may be a function of what the API told. */
export const words = {
  id: {
    otherLanguage: "English",
    connecting: "menghubungi Ronda …",
    connected: (time) => `terhubung · ${time}`,
    gone: "tidak terhubung",
    goneLong: (time) =>
      time === undefined
        ? "Tidak terhubung ke Ronda. Periksa apakah layanannya berjalan; halaman ini mencoba lagi sendiri."
        : `Tidak terhubung ke Ronda. Angka di bawah ini dari pukul ${time}; halaman ini mencoba lagi sendiri.`,
    attention: "Perlu perhatian",
    routers: "Router",
    liveNow: "Sedang online",
    found: "Hasil pencarian",
    search: "Cari nama pelanggan",
    close: "Tutup",
    signIn: "Masuk",
    signInWhy: "Masuklah untuk melihat jaringan.",
    signInFailed: "Nama atau kata sandi salah.",
    signInWait: (seconds) => `Terlalu banyak percobaan. Coba lagi dalam ${seconds} detik.`,
    signInBroken: "Tidak bisa masuk sekarang. Coba lagi.",
    signOut: "Keluar",
    userName: "Nama",
    password: "Kata sandi",
    signedInAs: (name, role) => `${name} · ${role}`,
    roles: { admin: "admin", cashier: "kasir", viewer: "hanya melihat" },
    nobodyLive: "Belum ada yang online.",
    nobodyFound: (text) => `Tidak ada nama yang memuat “${text}”.`,
    more: (count) => `Tampilkan ${count} lagi`,
    sum: (count, down, up) => `${count} online · ↓ ${down} · ↑ ${up}`,
    today: (down, up) => `hari ini ↓ ${down} · ↑ ${up}`,
    since: (ago) => `sejak ${ago}`,
    lastSeen: (ago) => `terbaca ${ago}`,
    neverSeen: "belum pernah terbaca",
    sessions: (live, stale) => `${live} online${stale > 0 ? ` · ${stale} belum pasti` : ""}`,
    cpu: (percent) => `CPU ${percent}\u00a0%`,
    usageOf: (router, service) => `${service} di ${router} · 14 hari terakhir`,
    noUsage: "Belum ada pemakaian.",
    usageFailed: "Pemakaian tidak dapat dibaca sekarang.",
    states: {
      up: "hidup",
      down: "tidak terbaca",
      stale: "belum pasti",
      starting: "mulai",
      "other-device": "perangkat lain",
      parked: "diparkir",
      live: "online",
      idle: "tidak online",
    },
    errors: {
      ROUTER_UNREACHABLE: "Router tidak menjawab. Periksa listrik, kabel, dan layanan API-nya.",
      ROUTER_LOGIN_FAILED: "Router menolak nama pengguna atau sandi.",
      ROUTER_TIMED_OUT: "Router terlalu lama menjawab.",
      ROUTER_NOT_PERMITTED: "Pengguna API di router kekurangan izin.",
      ROUTER_OTHER_DEVICE: "Perangkat lain menjawab di alamat ini.",
      ROUTER_TLS_REFUSED: "Sertifikat router tidak cocok dengan pengaturan.",
      ROUTER_TOO_OLD: "RouterOS terlalu lama; perbarui ke 6.48 atau lebih baru.",
    },
    matters: {
      "database-failing": () => [
        "Basis data tidak dapat ditulis",
        "Periksa disk: terpasang, tidak penuh, tidak hanya-baca.",
      ],
      "router-other-device": (p) => [
        `Perangkat lain menjawab sebagai ${p.router}`,
        "Jika router memang diganti, terima yang baru.",
      ],
      "router-login-failed": (p) => [`${p.router} menolak login`, "Cocokkan nama pengguna dan sandi di routers.yaml."],
      "router-not-permitted": (p) => [
        `Pengguna API di ${p.router} kekurangan izin`,
        "Tambahkan izin yang kurang di router.",
      ],
      "router-unreachable": (p) => [`${p.router} tidak terbaca`, "Periksa listrik, kabel, dan layanan API router."],
      "clock-doubted": (p) => [
        p.reason === "books-restored"
          ? "Pembukuan dikembalikan dari cadangan: tidak ada yang digelapkan atau ditagih"
          : `Jam mesin diragukan (${p.shown}): tidak ada yang digelapkan atau ditagih`,
        p.reason === "books-restored"
          ? "Catat yang dibayar sejak cadangan dibuat, lalu: ronda clock --vouch"
          : "Setel jamnya, paling baik lewat NTP. Jika sudah benar: ronda clock --vouch",
      ],
      "brake-engaged": (p) => [
        `Rem menahan ${p.waiting} isolir${p.router === "" ? "" : ` di ${p.router}`}: ${p.names}`,
        "Lihat siapa saja yang terdaftar, lalu setujui atau betulkan penyebabnya.",
      ],
      "passwords-not-openable": (p) => [
        `${p.count} kata sandi tersimpan tidak bisa dibuka`,
        "Kembalikan ronda.key milik database ini ke samping routers.yaml.",
      ],
      "access-not-readable": (p) => [
        `Secret, user, dan queue di ${p.router} tidak bisa dibaca`,
        "Biarkan doctor mengatakan apa yang kurang.",
      ],
      "access-not-writable": (p) => [
        `${p.router} tidak bisa ditulis; isolir dan buka isolir menunggu`,
        "Beri pengguna API router izin yang kurang.",
      ],
      "enforce-unconfirmed": (p) => [
        `${p.changes} perubahan di ${p.router} menunggu persetujuan; ${p.darkens} akan gelap`,
        "Lihat perubahannya, lalu setujui.",
      ],
      "change-refused": (p) => [`${p.router} menolak ${p.changes} perubahan (${p.names})`, `Katanya: ${p.message}`],
      "line-asks": (p) => [
        `${p.names} di ${p.router} ${p.question === "vanished" ? "hilang" : "dimatikan dengan tangan"}`,
        p.question === "vanished"
          ? `Buat lagi, atau beri tahu nama barunya${p.candidates === "" ? "" : ` (${p.candidates}?)`}.`
          : "Biarkan begitu, atau nyalakan lagi.",
      ],
      "line-blocked": (p) => [
        `${p.router}: ${p.names} tertahan (${blocks[p.obstacle] ?? p.obstacle}${p.detail === "" ? "" : `: ${p.detail}`})`,
        p.obstacle === "isolation-profile-missing"
          ? "Tempelkan pengaturan isolir di router."
          : "Betulkan, lalu selesai sendiri.",
      ],
      "nobody-signs-in": () => [
        "Ronda dibuka untuk orang lain, tetapi belum ada yang bisa masuk",
        "Buat pengguna pertama, seorang admin.",
      ],
      "webhook-off": (p) => [
        `Tidak ada lagi yang dikirim ke ${p.host}: semua kiriman gagal selama tiga hari`,
        "Perbaiki penerimanya, lalu hidupkan lagi webhook itu.",
      ],
      "router-parked-with-sessions": (p) => [
        `${p.router} keluar dari routers.yaml dengan ${p.sessions} sesi terbuka`,
        "Kembalikan ke routers.yaml, atau beri tahu nama barunya.",
      ],
      "site-zone-changed": (p) => [
        `Zona waktu berubah dari ${p.was} ke ${p.is}`,
        "Jika keliru, kembalikan site.timezone.",
      ],
      "log-gap": (p) => [`Log ${p.router} hilang ${p.minutes} menit`, "Perbesar memory-lines pada log memori router."],
      "log-counts-differ": (p) => [
        `Log dan interface ${p.router} berbeda ${p.percent} %`,
        "Biarkan doctor mengukurnya.",
      ],
      "log-order-unsettled": (p) => [
        `${p.records} catatan logout ${p.router} menunggu`,
        "Selesai sendiri; tidak perlu berbuat apa-apa.",
      ],
      "rows-unreadable": (p) => [
        `${p.rows} baris dari ${p.router} tidak terbaca`,
        "Lihat baris yang mana, lalu laporkan.",
      ],
      "router-slowed-down": (p) => [
        `${p.router} sibuk, dibaca tiap ${p.effectiveEverySeconds} detik`,
        "Jika terus begitu, perpanjang pollEvery atau cari penyebabnya.",
      ],
    },
  },
  en: {
    otherLanguage: "Bahasa Indonesia",
    connecting: "asking Ronda …",
    connected: (time) => `connected · ${time}`,
    gone: "not connected",
    goneLong: (time) =>
      time === undefined
        ? "Not connected to Ronda. Check that it runs; this page tries again by itself."
        : `Not connected to Ronda. The figures below are from ${time}; this page tries again by itself.`,
    attention: "Needs attention",
    routers: "Routers",
    liveNow: "Online now",
    found: "Found",
    search: "Search a customer's name",
    close: "Close",
    signIn: "Sign in",
    signInWhy: "Sign in to see the network.",
    signInFailed: "Name or password is wrong.",
    signInWait: (seconds) => `Too many tries. Try again in ${seconds} seconds.`,
    signInBroken: "Signing in does not work now. Try again.",
    signOut: "Sign out",
    userName: "Name",
    password: "Password",
    signedInAs: (name, role) => `${name} · ${role}`,
    roles: { admin: "admin", cashier: "cashier", viewer: "viewer" },
    nobodyLive: "Nobody is online yet.",
    nobodyFound: (text) => `No name has “${text}” in it.`,
    more: (count) => `Show ${count} more`,
    sum: (count, down, up) => `${count} online · ↓ ${down} · ↑ ${up}`,
    today: (down, up) => `today ↓ ${down} · ↑ ${up}`,
    since: (ago) => `since ${ago}`,
    lastSeen: (ago) => `read ${ago}`,
    neverSeen: "never read",
    sessions: (live, stale) => `${live} online${stale > 0 ? ` · ${stale} uncertain` : ""}`,
    cpu: (percent) => `CPU ${percent}\u00a0%`,
    usageOf: (router, service) => `${service} on ${router} · last 14 days`,
    noUsage: "Nothing used yet.",
    usageFailed: "Usage cannot be read now.",
    states: {
      up: "up",
      down: "not readable",
      stale: "uncertain",
      starting: "starting",
      "other-device": "other device",
      parked: "parked",
      live: "online",
      idle: "not online",
    },
    errors: {},
    // English comes from the API itself.
    matters: {},
  },
};

/** What stands in the way of a line, in Indonesian. */
const blocks = {
  "profile-missing": "profil tidak ada",
  "isolation-profile-missing": "profil isolir tidak ada",
  "password-unknown": "kata sandi tidak diketahui",
  "name-ambiguous": "nama kembar",
  "address-unknown": "alamat tidak diketahui",
  "address-differs": "alamat antrean berbeda",
  "menu-missing": "menu tidak ada di router",
  "row-dynamic": "baris dibuat router sendiri",
  "plan-unfit": "paket tidak cocok",
};
