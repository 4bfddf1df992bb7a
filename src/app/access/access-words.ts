/** Access for people: why something is changed, what a person is asked, and what stands in the way. */
import type { ChangeReason, Obstacle, Question } from "../../domain/access/changes.js";

export const languages = ["en", "id"] as const;
export type Language = (typeof languages)[number];

const reasons: Record<Language, Record<ChangeReason, string>> = {
  en: {
    "new-line": "it is new in the books and not on the router yet",
    recreated: "it is gone from the router, and a person asked for it back",
    isolated: "the subscription is isolated",
    released: "the subscription is active and the line is dark",
    paused: "the subscription is paused",
    terminated: "the subscription is terminated",
    plan: "the plan says so",
    password: "it has a new password",
    repaired: "it was changed on the router by somebody else",
    owed: "the session began before the last change",
  },
  id: {
    "new-line": "baru di pembukuan dan belum ada di router",
    recreated: "hilang dari router, dan seseorang meminta dibuat lagi",
    isolated: "langganan diisolir",
    released: "langganan aktif tetapi jalurnya masih gelap",
    paused: "langganan dijeda",
    terminated: "langganan sudah berakhir",
    plan: "begitu menurut paketnya",
    password: "ada kata sandi baru",
    repaired: "diubah orang lain di router",
    owed: "sesinya dimulai sebelum perubahan terakhir",
  },
};

export const reasonWords = (reason: ChangeReason, language: Language): string => reasons[language][reason];

export interface Advice {
  /** A sentence. */
  readonly title: string;
  /** What a person can do. */
  readonly what: string;
  readonly command?: string | undefined;
}

/** What an obstacle is about: the router, the lines (one name or a count of them), and the missing or other thing. */
export interface ObstacleFacts {
  readonly kind: Obstacle["kind"];
  readonly router: string;
  /** `budi`, or `12 lines`. */
  readonly who: string;
  readonly detail: string;
}

const obstacles: Record<Language, Record<Obstacle["kind"], (facts: ObstacleFacts) => Advice>> = {
  en: {
    "profile-missing": ({ router, who, detail }) => ({
      title: `The profile ${detail} is not on ${router}: ${who} cannot be put right`,
      what: "Make that profile on the router under exactly this name, or change the plan.",
    }),
    "isolation-profile-missing": ({ router, who, detail }) => ({
      title: `The isolir profile ${detail} is not on ${router}: ${who} cannot be isolated`,
      what: "Paste the set-up of isolation on the router.",
      command: `ronda router-script ${router}`,
    }),
    "password-unknown": ({ router, who }) => ({
      title: `No password is known of ${who} on ${router}, so it cannot be added`,
      what: "Set a password in Ronda; the customer's modem needs the same.",
      command: "PUT /api/v1/lines/ID/password",
    }),
    "name-ambiguous": ({ router, who, detail }) => ({
      title: `${router} has another ${detail} that cannot be told from ${who}`,
      what: "Rename or remove the one that is not meant: names must differ in more than upper and lower case.",
    }),
    "address-differs": ({ router, who, detail }) => ({
      title: `The queue of ${who} on ${router} is aimed at ${detail}, not at the address in the books`,
      what: "Say which is right: correct the address in the books, or the queue's target. Nobody is isolated until then.",
      command: "PATCH /api/v1/lines/ID",
    }),
    "address-unknown": ({ router, who }) => ({
      title: `No address is known of ${who} on ${router}`,
      what: "Tell Ronda the address of the static line.",
      command: "PATCH /api/v1/lines/ID",
    }),
    "menu-missing": ({ router, who, detail }) => ({
      title: `${router} does not know ${detail}: ${who} cannot be put right`,
      what: "Install or enable that package on the router, or move the lines.",
    }),
    "row-dynamic": ({ router, who }) => ({
      title: `${router} made the row of ${who} itself, so it cannot be set`,
      what: "Find what makes it (RADIUS, a hotspot trial, an address list with a timeout) and take it away.",
    }),
    "plan-unfit": ({ router, who, detail }) => ({
      title: `The plan ${detail} cannot be carried out for ${who} on ${router}`,
      what: "PPPoE and hotspot lines need a plan that names a profile, static lines one with speeds.",
    }),
  },
  id: {
    "profile-missing": ({ router, who, detail }) => ({
      title: `Profil ${detail} tidak ada di ${router}: ${who} tidak bisa dibetulkan`,
      what: "Buat profil itu di router dengan nama yang sama persis, atau ubah paketnya.",
    }),
    "isolation-profile-missing": ({ router, who, detail }) => ({
      title: `Profil isolir ${detail} tidak ada di ${router}: ${who} tidak bisa diisolir`,
      what: "Tempelkan pengaturan isolir di router.",
      command: `ronda router-script ${router}`,
    }),
    "password-unknown": ({ router, who }) => ({
      title: `Kata sandi ${who} di ${router} tidak diketahui, jadi tidak bisa dibuat`,
      what: "Isi kata sandinya di Ronda; modem pelanggan harus memakai yang sama.",
      command: "PUT /api/v1/lines/ID/password",
    }),
    "name-ambiguous": ({ router, who, detail }) => ({
      title: `Di ${router} ada ${detail} lain yang tidak bisa dibedakan dari ${who}`,
      what: "Ganti nama atau hapus yang tidak dimaksud; beda huruf besar-kecil saja tidak cukup.",
    }),
    "address-differs": ({ router, who, detail }) => ({
      title: `Antrean ${who} di ${router} mengarah ke ${detail}, bukan ke alamat di pembukuan`,
      what: "Tentukan mana yang benar: perbaiki alamat di pembukuan, atau target antreannya. Sebelum itu tidak ada yang diisolir.",
      command: "PATCH /api/v1/lines/ID",
    }),
    "address-unknown": ({ router, who }) => ({
      title: `Alamat ${who} di ${router} tidak diketahui`,
      what: "Beri tahu Ronda alamat jalur statis itu.",
      command: "PATCH /api/v1/lines/ID",
    }),
    "menu-missing": ({ router, who, detail }) => ({
      title: `${router} tidak mengenal ${detail}: ${who} tidak bisa dibetulkan`,
      what: "Pasang atau aktifkan paket itu di router, atau pindahkan jalurnya.",
    }),
    "row-dynamic": ({ router, who }) => ({
      title: `Baris ${who} dibuat sendiri oleh ${router}, jadi tidak bisa diatur`,
      what: "Cari pembuatnya (RADIUS, trial hotspot, address list dengan timeout), lalu hilangkan.",
    }),
    "plan-unfit": ({ router, who, detail }) => ({
      title: `Paket ${detail} tidak bisa dijalankan untuk ${who} di ${router}`,
      what: "Jalur PPPoE dan hotspot perlu paket dengan profil, jalur statis perlu paket dengan kecepatan.",
    }),
  },
};

/** A kind that this version does not know cannot be; tests ask with anything. */
export function obstacleWords(facts: ObstacleFacts, language: Language): Advice {
  const words = obstacles[language] as Record<string, ((facts: ObstacleFacts) => Advice) | undefined>;
  return words[facts.kind]?.(facts) ?? { title: `${facts.router}: ${facts.who}: ${facts.kind}`, what: facts.detail };
}

/** Names of what could be a vanished line under another name. */
export const candidateNames = ({ candidates }: Pick<Question, "candidates">): string =>
  candidates.map(({ name }) => name).join(", ");

/** @param candidates names, or empty. */
export function questionWords(
  { kind, router, who, candidates }: { kind: string; router: string; who: string; candidates: string },
  language: Language,
): Advice {
  const command = 'POST /api/v1/lines/ID/answer {"answer": "…"}';
  if (language === "id") {
    return kind === "disabled-by-hand"
      ? {
          title: `${who} di ${router} dimatikan dengan tangan`,
          what: "Biarkan begitu (keep), atau nyalakan lagi (repair).",
          command,
        }
      : {
          title: `${who} hilang dari ${router}${candidates === "" ? "" : `; mungkin sekarang bernama ${candidates}`}`,
          what: "Buat lagi (recreate), atau beri tahu nama barunya (renamed).",
          command,
        };
  }
  return kind === "disabled-by-hand"
    ? {
        title: `${who} was disabled by hand on ${router}`,
        what: "Leave it so (keep), or enable it again (repair).",
        command,
      }
    : {
        title: `${who} is gone from ${router}${candidates === "" ? "" : `; it may be ${candidates} now`}`,
        what: "Have it made again (recreate), or say its new name (renamed).",
        command,
      };
}
