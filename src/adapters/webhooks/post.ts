import type { TryOutcome, WebhookPost } from "../../app/events/webhook-records.js";
import type { Clock } from "../../app/ports.js";
import { signatureOf } from "./signature.js";

const deadlineMs = 10_000;
/** A receiver may say something; more than this is not waited for. */
const readAtMostBytes = 1_024;

/**
 * POSTs with the global fetch. Only 2xx is taken: redirects are not followed, so that an address which an admin has named
 * does not lead to another. What is answered is not looked at. The whole try has 10 s.
 */
export function createWebhookPost({ clock, version }: { clock: Clock; version: string }): WebhookPost {
  return async ({ url, secret, body, eventId, deliveryId, signal }) => {
    const cut = new AbortController();
    const stop = (): void => cut.abort(new Error("stopped"));
    if (signal.aborted) return { status: undefined, error: "stopped" };
    signal.addEventListener("abort", stop, { once: true });
    const cancelDeadline = clock.after(deadlineMs, () =>
      cut.abort(new Error(`no answer within ${deadlineMs / 1000} s`)),
    );
    try {
      const response = await fetch(url, {
        method: "POST",
        redirect: "manual",
        signal: cut.signal,
        headers: {
          "content-type": "application/json",
          "user-agent": `Ronda/${version}`,
          "ronda-signature": signatureOf(secret, Math.floor(clock.nowMs() / 1000), body),
          "ronda-event-id": eventId,
          "ronda-delivery": deliveryId,
        },
        body,
      });
      await letGo(response);
      return outcomeOf(response.status);
    } catch (error) {
      return { status: undefined, error: wordsOf(cut.signal.aborted ? cut.signal.reason : error) };
    } finally {
      cancelDeadline();
      signal.removeEventListener("abort", stop);
    }
  };
}

function outcomeOf(status: number): TryOutcome {
  if (status >= 200 && status < 300) return { status, error: undefined };
  if (status >= 300 && status < 400) return { status, error: `answered ${status}: redirects are not followed` };
  return { status, error: `answered ${status}` };
}

/** Reads what is short, so that the connection can be used again, and turns away from the rest. The status counts either way. */
async function letGo({ body }: Response): Promise<void> {
  if (body === null) return;
  const reader = body.getReader();
  try {
    for (let bytes = 0; bytes <= readAtMostBytes;) {
      const { done, value } = await reader.read();
      if (done) return;
      bytes += value.byteLength;
    }
  } catch {
    return; // broken off, or out of time: it was answered before
  }
  await reader.cancel().catch(() => {});
}

/** Fetch says only "fetch failed"; its cause has the reason. Never the address, which may hold a secret. */
function wordsOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const code = cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : undefined;
  return code ?? (cause instanceof Error ? cause.message : "failed").slice(0, 200);
}
