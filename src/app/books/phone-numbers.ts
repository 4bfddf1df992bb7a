/** A phone number as it was typed, understood as far as it can be. */
export interface PhoneNumber {
  /** `+6281234567890`; undefined when it cannot be a phone number. */
  readonly e164: string | undefined;
  /** What a search looks in: the digits without country code and trunk zero; undefined when there are none. */
  readonly digits: string | undefined;
}

/** Knows the world's numbering plans; a number without a country code is an Indonesian one. */
export interface PhoneNumbers {
  parse(typed: string): PhoneNumber;
}
