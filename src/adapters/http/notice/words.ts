import type { NoticeReason } from "../../../app/notice.js";

export type NoticeLanguage = "id" | "en";

export interface NoticeWords {
  readonly title: string;
  /** Before the customer's name. */
  readonly greeting: string;
  readonly reasons: Readonly<Record<NoticeReason, string>>;
  /** To somebody who could not be told apart. */
  readonly neutral: string;
  readonly amountDue: string;
  readonly howToPay: string;
  readonly askOperator: string;
  readonly afterwards: string;
  readonly tryAgain: string;
  /** The name of the other language, in that language. */
  readonly otherLanguage: string;
  readonly locale: string;
}

export const noticeWords: Readonly<Record<NoticeLanguage, NoticeWords>> = {
  id: {
    title: "Internet Anda sedang diisolir",
    greeting: "Yth.",
    reasons: {
      overdue: "Layanan internet Anda dihentikan sementara karena ada tagihan yang belum lunas.",
      manual: "Layanan internet Anda dihentikan sementara oleh pengelola. Silakan hubungi pengelola.",
      paused: "Langganan internet Anda sedang berhenti sementara. Hubungi pengelola bila ingin memakainya lagi.",
      terminated: "Langganan internet Anda sudah berakhir. Hubungi pengelola bila ingin berlangganan lagi.",
    },
    neutral: "Sambungan ini sedang dibatasi. Biasanya karena ada tagihan yang belum lunas.",
    amountDue: "Jumlah tagihan",
    howToPay: "Cara membayar",
    askOperator: "Silakan bayar ke kolektor, atau hubungi pengelola.",
    afterwards: "Setelah pembayaran dicatat, internet menyala kembali dengan sendirinya, biasanya dalam satu menit.",
    tryAgain: "Coba lagi",
    otherLanguage: "English",
    locale: "id-ID",
  },
  en: {
    title: "Your internet is suspended",
    greeting: "Dear",
    reasons: {
      overdue: "Your internet service is suspended because a bill has not been paid in full.",
      manual: "Your internet service is suspended by the operator. Please get in touch with them.",
      paused: "Your internet subscription is on pause. Get in touch with the operator to use it again.",
      terminated: "Your internet subscription has ended. Get in touch with the operator to subscribe again.",
    },
    neutral: "This connection is restricted. Usually that is because a bill has not been paid in full.",
    amountDue: "Amount due",
    howToPay: "How to pay",
    askOperator: "Please pay the collector, or get in touch with the operator.",
    afterwards: "Once the payment is recorded, the internet comes back by itself, usually within a minute.",
    tryAgain: "Try again",
    otherLanguage: "Bahasa Indonesia",
    locale: "id-ID",
  },
};

/**
 * The language of a page: what the visitor chose, else the first of Accept-Language by weight that there is, else the
 * site's. `ms` (Malay) readers understand Indonesian better than English.
 */
export function chooseLanguage(
  chosen: string | undefined,
  acceptLanguage: string | undefined,
  site: NoticeLanguage,
): NoticeLanguage {
  if (chosen === "id" || chosen === "en") return chosen;
  const wanted = (acceptLanguage ?? "")
    .slice(0, 500)
    .split(",")
    .map((part, order) => {
      const [tag = "", ...parameters] = part
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/);
      const weight = parameters.find((parameter) => parameter.startsWith("q="));
      return { language: tag.split("-")[0] ?? "", weight: weight === undefined ? 1 : Number(weight.slice(2)), order };
    })
    .filter(({ weight }) => weight > 0 && weight <= 1)
    .sort((a, b) => b.weight - a.weight || a.order - b.order);
  for (const { language } of wanted) {
    if (language === "id" || language === "in" || language === "ms") return "id";
    if (language === "en") return "en";
  }
  return site;
}
