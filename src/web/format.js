/** Numbers and times for people, in the language and zone given. */
const byteUnits = ["B", "kB", "MB", "GB", "TB"];
const rateUnits = ["bps", "kbps", "Mbps", "Gbps"];

export function createFormat(language, timezone) {
  const locale = language === "id" ? "id-ID" : "en-GB";
  const precise = new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });
  const clock = new Intl.DateTimeFormat(locale, {
    timeZone: timezone,
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  // A civil date has no zone; noon UTC keeps it on its day.
  const date = new Intl.DateTimeFormat(locale, { timeZone: "UTC", weekday: "short", day: "numeric", month: "short" });

  const scaled = (value, units) => {
    let unit = 0;
    let rest = value;
    while (Math.abs(rest) >= 1000 && unit < units.length - 1) {
      rest /= 1000;
      unit += 1;
    }
    return `${precise.format(rest)} ${units[unit]}`;
  };

  return {
    bytes: (value) => scaled(value, byteUnits),
    rate: (value) => scaled(value, rateUnits),
    time: (ms) => clock.format(ms),
    date: (text) => date.format(Date.parse(`${text}T12:00:00Z`)),
    /** "2 minutes ago". */
    ago(fromMs, nowMs) {
      const seconds = Math.min(0, Math.round((fromMs - nowMs) / 1000));
      if (seconds > -60) return relative.format(seconds, "second");
      if (seconds > -3_600) return relative.format(Math.round(seconds / 60), "minute");
      if (seconds > -86_400) return relative.format(Math.round(seconds / 3_600), "hour");
      return relative.format(Math.round(seconds / 86_400), "day");
    },
  };
}
