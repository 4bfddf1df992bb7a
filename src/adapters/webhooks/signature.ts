import { createHmac, randomBytes } from "node:crypto";

/** 32 bytes; the text itself is the key, so that receivers need not decode it. */
export const makeWebhookSecret = (): string => randomBytes(32).toString("base64url");

/** `t=UNIX,v1=HEX`: HMAC-SHA256 over the seconds, a dot and the body as it is sent. */
export function signatureOf(secret: string, atS: number, body: string): string {
  const mac = createHmac("sha256", secret).update(`${atS}.${body}`, "utf8").digest("hex");
  return `t=${atS},v1=${mac}`;
}
