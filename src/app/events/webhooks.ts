import { expectFields, expectVersion, isTidy } from "../books/desk.js";
import { formatId } from "../books/ids.js";
import type { SecretBox } from "../books/secret-box.js";
import { OperationalError } from "../errors.js";
import type { Clock } from "../ports.js";
import { eventKindPatterns } from "./event-kinds.js";
import type { DeliveryRecord, TryOutcome, WebhookPost, WebhookRecord, WebhookStore } from "./webhook-records.js";

export interface WebhookInput {
  readonly url: string;
  /** Null or left out for all kinds. */
  readonly kinds?: readonly string[] | null | undefined;
  readonly note?: string | null | undefined;
}

export interface WebhooksDeps {
  readonly store: WebhookStore;
  readonly secretBox: Pick<SecretBox, "seal" | "open">;
  /** 32 fresh random bytes as text. */
  readonly makeSecret: () => string;
  readonly post: WebhookPost;
  readonly clock: Pick<Clock, "nowMs">;
  /** Something waits that was not there before, or a webhook came or went. */
  readonly onChange: () => void;
}

/** A webhook and its secret, which is shown this once. */
export interface WebhookWithSecret {
  readonly webhook: WebhookRecord;
  readonly secret: string;
}

export interface PingResult extends TryOutcome {
  readonly tookMs: number;
}

export type Webhooks = ReturnType<typeof createWebhooks>;

/** What people do with webhooks. Each writes down who did it; the secret never stands in an audit, a list or a log. */
export function createWebhooks(deps: WebhooksDeps) {
  const { store, secretBox, makeSecret, post, clock, onChange } = deps;
  const now = (): number => Math.floor(clock.nowMs());
  const stop = new AbortController();

  /** One commit; whoever sends is told after it. */
  function act<T>(work: (atMs: number) => T): T {
    const value = store.change(() => work(now()));
    onChange();
    return value;
  }
  const audit = (by: string, atMs: number, action: string, id: number, before: unknown, after: unknown): void =>
    store.audit({ atMs, by, action: `webhook.${action}`, subject: { kind: "webhook", id }, before, after });

  return {
    /** @throws OperationalError `INVALID_REQUEST` with its fields, `SECRET_KEY_UNUSABLE`. */
    create(by: string, input: WebhookInput): WebhookWithSecret {
      const fields = checked(input);
      const secret = makeSecret();
      const sealed = secretBox.seal(secret);
      const webhook = act((atMs) => {
        const made = webhookOf(store, store.add(fields, sealed, atMs, by));
        audit(by, atMs, "create", made.id, undefined, shown(made));
        return made;
      });
      return { webhook, secret };
    },

    /** @throws OperationalError `WEBHOOK_NOT_FOUND`, `VERSION_CONFLICT`, `INVALID_REQUEST`. */
    update(by: string, id: number, patch: Partial<WebhookInput>, version: number | undefined): WebhookRecord {
      return act((atMs) => {
        const before = webhookOf(store, id);
        expectVersion(before, "the webhook", version);
        const { url = before.url, kinds = before.kinds, note = before.note } = patch;
        store.update(id, checked({ url, kinds, note }), atMs);
        const after = webhookOf(store, id);
        audit(by, atMs, "update", id, shown(before), shown(after));
        return after;
      });
    },

    /** What was signed with the old secret and is still under way cannot be checked with the new one. */
    rotateSecret(by: string, id: number): WebhookWithSecret {
      webhookOf(store, id);
      const secret = makeSecret();
      const sealed = secretBox.seal(secret);
      const webhook = act((atMs) => {
        webhookOf(store, id);
        store.setSecret(id, sealed, atMs);
        const after = webhookOf(store, id);
        audit(by, atMs, "rotate-secret", id, undefined, { id });
        return after;
      });
      return { webhook, secret };
    },

    /** On again, also after Ronda had switched it off; what waits for it is tried at once. Repeating changes nothing. */
    enable: (by: string, id: number): WebhookRecord => setOff(by, id, false),
    /** Nothing is sent and nothing new waits for it. Repeating changes nothing. */
    disable: (by: string, id: number): WebhookRecord => setOff(by, id, true),

    /** What waits for it is given up. */
    remove(by: string, id: number, version: number | undefined): void {
      act((atMs) => {
        const before = webhookOf(store, id);
        expectVersion(before, "the webhook", version);
        store.remove(id, atMs);
        audit(by, atMs, "delete", id, shown(before), undefined);
      });
    },

    /** Sends a `webhook.ping` past the outbox, whether it is on or not, and says how it went. */
    async ping(id: number): Promise<PingResult> {
      const { url } = webhookOf(store, id);
      const secret = secretBox.open(store.sealedSecret(id) ?? "");
      const atMs = now();
      const pingId = `ping_${atMs.toString(36)}`;
      const body = JSON.stringify({ id: pingId, kind: "webhook.ping", at: new Date(atMs).toISOString() });
      const request = { url, secret, body, eventId: pingId, deliveryId: pingId, signal: stop.signal };
      const outcome = await post(request);
      return { ...outcome, tookMs: Math.max(0, now() - atMs) };
    },

    /** Sends it once more, with the body and ids that it had. @throws OperationalError `DELIVERY_NOT_FOUND`. */
    replay(by: string, id: number, deliveryId: number): DeliveryRecord {
      return act((atMs) => {
        webhookOf(store, id);
        const before = deliveryOf(store, id, deliveryId);
        if (before.state === "waiting") return before;
        store.replay(deliveryId, atMs);
        audit(by, atMs, "replay", id, undefined, { id, delivery: formatId("delivery", deliveryId) });
        return deliveryOf(store, id, deliveryId);
      });
    },

    /** Cuts pings that are under way. */
    stop: (): void => stop.abort(),
  };

  function setOff(by: string, id: number, isOff: boolean): WebhookRecord {
    return act((atMs) => {
      const before = webhookOf(store, id);
      if ((before.disabledAtMs !== undefined) === isOff) return before;
      store.setOff(id, isOff ? "person" : undefined, atMs);
      const after = webhookOf(store, id);
      audit(by, atMs, isOff ? "disable" : "enable", id, shown(before), shown(after));
      return after;
    });
  }
}

function webhookOf(store: WebhookStore, id: number): WebhookRecord {
  const webhook = store.webhook(id);
  if (webhook !== undefined) return webhook;
  throw new OperationalError("WEBHOOK_NOT_FOUND", "there is no webhook of that id; GET /api/v1/webhooks lists them");
}

function deliveryOf(store: WebhookStore, webhookId: number, id: number): DeliveryRecord {
  const delivery = store.delivery(id);
  if (delivery?.webhookId === webhookId) return delivery;
  throw new OperationalError(
    "DELIVERY_NOT_FOUND",
    "there is no delivery of that id to this webhook, or it is deleted by now; GET /api/v1/webhooks/{id}/deliveries lists them",
  );
}

/** As an audit shows it. */
const shown = ({ id, url, kinds, note, disabledWhy }: WebhookRecord) => ({
  id,
  url,
  kinds,
  note,
  off: disabledWhy,
});

function checked({ url, kinds, note }: WebhookInput): Pick<WebhookRecord, "url" | "kinds" | "note"> {
  const unknown = kinds?.find((kind) => !eventKindPatterns.includes(kind));
  expectFields([
    ...(isUsableUrl(url)
      ? []
      : [
          {
            field: "url",
            expected: "an http or https address of at most 2000 characters, without user, password or fragment",
          },
        ]),
    ...(unknown === undefined && kinds?.length !== 0
      ? []
      : [{ field: "kinds", expected: `null for all, or a list of ${eventKindPatterns.join(", ")}` }]),
    ...(note === undefined || note === null || isTidy(note, 1_000)
      ? []
      : [{ field: "note", expected: "1 to 1000 characters without spaces around them, or null" }]),
  ]);
  const named = kinds === undefined || kinds === null ? undefined : [...new Set(kinds)];
  return { url: new URL(url).href, kinds: named, note: note ?? undefined };
}

/**
 * Whom an admin names is sent to, also on the LAN: that is where a small site's other programs are. What keeps this from
 * being a way to look around there: redirects are not followed and nobody is shown what was answered.
 */
function isUsableUrl(text: string): boolean {
  if (text.length > 2_000 || !URL.canParse(text)) return false;
  const { protocol, username, password, hash } = new URL(text);
  return (protocol === "http:" || protocol === "https:") && username === "" && password === "" && hash === "";
}
