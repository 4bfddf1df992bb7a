import { parsePhoneNumberFromString } from "libphonenumber-js/min";
import type { PhoneNumbers } from "../../app/books/phone-numbers.js";

/** `PhoneNumbers` by Google's metadata (libphonenumber-js). */
export const phoneNumbers: PhoneNumbers = {
  parse(typed) {
    const number = parsePhoneNumberFromString(typed, "ID");
    // Possible by its length is enough: the lists of valid prefixes are older than the newest operator.
    if (number?.isPossible() === true) return { e164: number.number, digits: number.nationalNumber };
    const digits = typed.replaceAll(/\D/g, "");
    return { e164: undefined, digits: digits === "" ? undefined : digits };
  },
};
