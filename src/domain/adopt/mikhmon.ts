/**
 * What Mikhmon and tools like it keep on a router. They hold a voucher's expiry in the user's comment and sell through the
 * profile's on-login script, so Ronda never takes such a user or profile over.
 */
import type { ObservedHotspotUser } from "../access/observed.js";

const months = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec";
const expiry = new RegExp(
  `^(?:(?:${months})/\\d{1,2}/\\d{4}|\\d{4}-\\d{2}-\\d{2})(?:[ -]\\d{1,2}:\\d{2}(?::\\d{2})?)?$`,
  "i",
);

/** `sep/17/2026 09:09:49`, or `2026-09-17 09:09:49` from RouterOS 7.10 on. */
export function isExpiryComment(comment: string): boolean {
  return expiry.test(comment.trim());
}

/** `vc-812-09.17.26-`: user and password are the same. `up-…`: they differ. */
export function isVoucherMark(text: string): boolean {
  return /^(?:vc|up)-/i.test(text.trim());
}

/** The script that Mikhmon puts into its profiles: `:put (",remc,5000,1d,7000,,Disable,"); …`. */
export function isMikhmonScript(onLogin: string): boolean {
  return /mikhmon/i.test(onLogin) || /:put\s*\(\s*\\?"\s*,/.test(onLogin) || onLogin.includes("-|-");
}

/** Why a user is somebody's voucher; undefined when it is none. `onLogin` is its profile's script. */
export function whyVoucher(user: ObservedHotspotUser, onLogin: string): string | undefined {
  if (isVoucherMark(user.comment) || isExpiryComment(user.comment)) {
    return `its comment "${user.comment}" is Mikhmon's`;
  }
  if (isVoucherMark(user.name)) return "its name is a Mikhmon voucher's";
  if (!/^(?:|0s?|00:00:00)$/.test(user.limitUptime.trim())) {
    return `it is a voucher: its time is limited to ${user.limitUptime}`;
  }
  return isMikhmonScript(onLogin) ? `its profile ${user.profile} has Mikhmon's on-login script` : undefined;
}
