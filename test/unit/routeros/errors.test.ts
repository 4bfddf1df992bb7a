import { expect, test } from "vitest";
import {
  isMenuMissing,
  loginRefusal,
  neededPolicy,
  socketError,
  trapToError,
} from "../../../src/adapters/routeros/errors.js";

const place = { name: "gedung-a", host: "10.0.0.1", port: 8728 };
const trap = (message: string, category?: number) => [{ message, category }];

test.each([
  ["ECONNREFUSED", "ROUTER_UNREACHABLE", /nothing listens there.*\/ip service/],
  ["EHOSTUNREACH", "ROUTER_UNREACHABLE", /no way to that address/],
  ["ENOTFOUND", "ROUTER_UNREACHABLE", /host name is unknown/],
  ["EAI_AGAIN", "ROUTER_UNREACHABLE", /DNS server/],
  ["EPIPE", "ROUTER_UNREACHABLE", /EPIPE/],
  ["ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE", "ROUTER_TLS_REFUSED", /no certificate on api-ssl/],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "ROUTER_TLS_REFUSED", /check tls in routers\.yaml/],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "ROUTER_TLS_REFUSED", /check tls in routers\.yaml/],
])("the socket's %s becomes %s, with its code, cause and what to do", (code, expected, words) => {
  const cause = Object.assign(new Error("low level"), { code });
  const error = socketError(place, "connect", cause);
  expect(error).toMatchObject({
    code: expected,
    router: "gedung-a",
    retryable: expected === "ROUTER_UNREACHABLE",
    cause,
  });
  expect(error.message).toContain("router gedung-a (10.0.0.1:8728)");
  expect(error.message).toContain(code);
  expect(error.message).toMatch(words);
});

test.each([
  ["/ppp/active/print", "read"],
  ["/ppp/secret/set", "write"],
  ["/ppp/active/remove", "write"],
  ["/interface/monitor-traffic", "test"],
  ["/user/set", "policy"],
  ["/user/group/print", "read"],
  ["/system/reboot", "reboot"],
])("%s needs the policy %s", (command, policy) => {
  expect(neededPolicy(command)).toBe(policy);
  expect(trapToError(place, command, trap("not enough permissions (9)")).message).toContain(`"${policy}"`);
});

test("a refusal keeps every word of the router and its category", () => {
  const error = trapToError(place, "/x/set", [...trap("failure: one", 4), ...trap("two")]);
  expect(error).toMatchObject({
    code: "ROUTER_REFUSED",
    trapCategory: 4,
    routerMessage: "failure: one",
    retryable: false,
  });
  expect(error.message).toContain("failure: one; two");
});

test("a missing menu is told from any other refusal", () => {
  expect(isMenuMissing(trapToError(place, "/x/print", trap("no such command prefix")))).toBe(true);
  expect(isMenuMissing(trapToError(place, "/x/print", trap("no such item")))).toBe(false);
  expect(isMenuMissing(loginRefusal(place, "ronda", trap("no such command")))).toBe(false);
  expect(isMenuMissing(new Error("no such command"))).toBe(false);
});
