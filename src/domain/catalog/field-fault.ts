/** One thing that is wrong with what somebody gave: the field, as the API spells it, and what it should be. */
export interface FieldFault {
  /** `rates.burst.limit.uploadBps` */
  readonly field: string;
  /** A sentence without its full stop, for people. */
  readonly expected: string;
}
