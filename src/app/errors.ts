/**
 * Every failure we expect to meet in production, with a stable code. `docs/errors.md` tells the operator what to do
 * about each; a test keeps that list and `errorCodes` equal. Anything that is not an OperationalError is a bug.
 */
export const errorCodes = [
  // the router link
  "ROUTER_UNREACHABLE",
  "ROUTER_LOGIN_FAILED",
  "ROUTER_TOO_OLD",
  "ROUTER_TLS_REFUSED",
  "ROUTER_NOT_PERMITTED",
  "ROUTER_REFUSED",
  "ROUTER_TIMED_OUT",
  "ROUTER_OUTCOME_UNKNOWN",
  "ROUTER_PROTOCOL",
  "ROUTER_OTHER_DEVICE",
  "ROUTER_CANCELLED",
  "ROUTER_UNKNOWN",
  // configuration and command line
  "CONFIG_NOT_FOUND",
  "CONFIG_INVALID",
  "CONFIG_SECRET_MISSING",
  "PORT_IN_USE",
  "USAGE",
  // the store
  "STORE_NEWER",
  "STORE_CORRUPT",
  "STORE_IN_USE",
  "STORE_UNWRITABLE",
  "STORE_MIGRATION_FAILED",
  // the clock
  "CLOCK_UNSET",
  // the books: plans, customers, subscriptions, lines
  "PLAN_NOT_FOUND",
  "CUSTOMER_NOT_FOUND",
  "SUBSCRIPTION_NOT_FOUND",
  "LINE_NOT_FOUND",
  "BRAKE_NOT_FOUND",
  "VERSION_CONFLICT",
  "NAME_TAKEN",
  "PROFILE_TAKEN",
  "LINE_TAKEN",
  "ADDRESS_TAKEN",
  "PLAN_UNFIT",
  "ARCHIVED",
  "NOT_ARCHIVABLE",
  "SUBSCRIPTION_PENDING",
  "SUBSCRIPTION_PAUSED",
  "SUBSCRIPTION_TERMINATED",
  "SECRET_KEY_UNUSABLE",
  "SECRET_KEY_WRONG",
  // money: invoices, payments, keys of requests
  "INVOICE_NOT_FOUND",
  "PAYMENT_NOT_FOUND",
  "INVOICE_VOIDED",
  "PAYMENT_VOIDED",
  "CHARGE_NOT_FOUND",
  "CHARGE_TAKEN",
  "ALLOCATION_EXCEEDS_INVOICE",
  "ALLOCATION_EXCEEDS_PAYMENT",
  "IDEMPOTENCY_KEY_REQUIRED",
  "IDEMPOTENCY_KEY_REUSED",
  "IDEMPOTENCY_IN_FLIGHT",
  // events and webhooks
  "WEBHOOK_NOT_FOUND",
  "DELIVERY_NOT_FOUND",
  // people and tokens
  "UNAUTHENTICATED",
  "FORBIDDEN",
  "LOGIN_FAILED",
  "CSRF_REFUSED",
  "RATE_LIMITED",
  "PASSWORDS_BUSY",
  "USER_NOT_FOUND",
  "TOKEN_NOT_FOUND",
  "LAST_ADMIN",
  // the REST API
  "INVALID_REQUEST",
  "INVALID_CURSOR",
  "NOT_FOUND",
  "METHOD_NOT_ALLOWED",
  "PRECONDITION_REQUIRED",
  "CONFIRM_REQUIRED",
  "HOST_REFUSED",
  "CROSS_SITE_REFUSED",
  "NOT_READY",
  "TOOK_TOO_LONG",
  "INTERNAL",
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** Base of every failure we expect to meet. */
export class OperationalError extends Error {
  override readonly name: string = "OperationalError";
  readonly code: ErrorCode;
  /** Whether the same thing can succeed later without anyone changing anything. */
  readonly retryable: boolean;

  constructor(code: ErrorCode, message: string, options: { retryable?: boolean; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
  }
}

/** Asked too often: the same succeeds after a while. */
export class RateLimited extends OperationalError {
  override readonly name = "RateLimited";
  /** How long nobody listens. */
  readonly retryAfterMs: number;

  constructor(what: string, retryAfterMs: number) {
    super("RATE_LIMITED", `${what}: try again in ${Math.ceil(retryAfterMs / 1000)} s`, { retryable: true });
    this.retryAfterMs = retryAfterMs;
  }
}

/** A failure of one router. `router` is the name in routers.yaml. The message never holds a secret. */
export class RouterError extends OperationalError {
  override readonly name = "RouterError";
  readonly router: string;
  /** RouterOS trap category 0..7, where the router gave one. */
  readonly trapCategory: number | undefined;
  /** The router's own words, where it gave any. */
  readonly routerMessage: string | undefined;

  constructor(
    code: ErrorCode,
    router: string,
    message: string,
    options: { retryable?: boolean; cause?: unknown; trapCategory?: number; routerMessage?: string } = {},
  ) {
    super(code, message, options);
    this.router = router;
    this.trapCategory = options.trapCategory;
    this.routerMessage = options.routerMessage;
  }
}
