import type { FieldFault } from "../catalog/field-fault.js";

/** When lines may be isolated for debt, by the site's clock; `Mon-Sat 08:00-16:00`. */
export interface IsolationWindow {
  /** As `CivilCalendar.weekday` counts: 1 is Monday. Never empty. */
  readonly weekdays: ReadonlySet<number>;
  /** Minutes since the site's midnight; the first at which a line may go dark. */
  readonly startMinutes: number;
  /** The first at which none may any more; at most 1440. */
  readonly endMinutes: number;
}

const weekdayNames: ReadonlyMap<string, number> = new Map([
  ...["mon", "tue", "wed", "thu", "fri", "sat", "sun"].map((name, index) => [name, index + 1] as const),
  ...["sen", "sel", "rab", "kam", "jum", "sab", "min"].map((name, index) => [name, index + 1] as const),
]);

/**
 * Reads `Mon-Sat 08:00-16:00`: days, or ranges of days, with commas between them (`Mon,Wed,Fri`; `Sat-Mon` goes over the
 * weekend), then one stretch of one day (`24:00` is its end). Days in English or Indonesian (`Sen-Sab`), any case; a long
 * dash is as good as a short one.
 */
export function parseIsolationWindow(text: string): IsolationWindow | FieldFault {
  const fault: FieldFault = {
    field: "window",
    expected: "days and a stretch within one day, such as Mon-Sat 08:00-16:00 (or Sen-Sab 08:00-16:00)",
  };
  const match = /^([a-z]{3}(?:-[a-z]{3})?(?:,[a-z]{3}(?:-[a-z]{3})?)*) (\d{2}):(\d{2})-(\d{2}):(\d{2})$/.exec(
    text
      .trim()
      .toLowerCase()
      .replace(/[–—]/g, "-")
      .replace(/\s*([-,])\s*/g, "$1")
      .replace(/\s+/g, " "),
  );
  if (match === null) return fault;
  const weekdays = new Set<number>();
  for (const range of (match[1] ?? "").split(",")) {
    const [first, last] = range.split("-").map((name) => weekdayNames.get(name));
    if (first === undefined || (range.includes("-") && last === undefined)) return fault;
    for (let day = first; ; day = (day % 7) + 1) {
      weekdays.add(day);
      if (day === (last ?? first)) break;
    }
  }
  const startMinutes = minutesOf(match[2], match[3]);
  const endMinutes = minutesOf(match[4], match[5]);
  if (startMinutes === undefined || endMinutes === undefined || startMinutes >= endMinutes) return fault;
  return { weekdays, startMinutes, endMinutes };
}

function minutesOf(hours: string | undefined, minutes: string | undefined): number | undefined {
  const [hour, minute] = [Number(hours), Number(minutes)];
  return minute <= 59 && hour * 60 + minute <= 1_440 ? hour * 60 + minute : undefined;
}
