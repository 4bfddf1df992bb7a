import { expect, test } from "vitest";
import { isPrivateAddress } from "../../../src/adapters/routeros/address.js";

test.each([
  "localhost",
  "127.0.0.1",
  "127.8.9.10",
  "10.255.0.1",
  "172.16.0.1",
  "172.31.255.255",
  "192.168.88.1",
  "169.254.1.1",
  "100.64.0.1",
  "100.127.255.255",
  "::1",
  "[::1]",
  "fd00::1",
  "fe80::1%eth0",
  "::ffff:192.168.1.1",
])("%s is private", (host) => {
  expect(isPrivateAddress(host)).toBe(true);
});

test.each([
  "8.8.8.8",
  "172.32.0.1",
  "172.15.0.1",
  "100.128.0.1",
  "192.169.0.1",
  "2001:db8::1",
  "::ffff:8.8.8.8",
  "router.example",
  "",
  "10.0.0",
])("%j is not certainly private", (host) => {
  expect(isPrivateAddress(host)).toBe(false);
});
