/** What the page for isolated customers may know, and what it says. */

/** Why a line is dark, in the customer's terms: unpaid, by the operator's hand, on pause, or at an end. */
export type NoticeReason = "overdue" | "manual" | "paused" | "terminated";
export const noticeReasons = ["overdue", "manual", "paused", "terminated"] as const satisfies readonly NoticeReason[];

export interface NoticeCustomer {
  readonly customerName: string;
  readonly reason: NoticeReason;
  /** Whole rupiah; undefined when it is not known. */
  readonly amountDueIdr?: number;
  /** As the operator wrote it; may have several lines. */
  readonly howToPay?: string;
}

export interface NoticeSource {
  /**
   * The dark customer whose live session has this source address, on a router that was read just now; undefined when
   * there is none, when there is more than one, or when the customer is not dark. Nobody else's data, ever.
   *
   * @param address IPv4 or IPv6 as text, without zone, IPv4-mapped ones as IPv4.
   * @param localPort the port that was asked: where two routers use the same range, each has a port of its own.
   */
  findByAddress(address: string, localPort: number): NoticeCustomer | undefined;
}
