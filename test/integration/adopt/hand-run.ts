import type { SimulatedRouter } from "../../../src/simulator/index.js";

export const mikhmonScript = ':put (",rem,5000,1d,7000,,Disable,"); {:local comment "x"}';

/** Fills a router as years of Winbox and Mikhmon do. */
export function fillByHand({ ppp, admin }: SimulatedRouter): void {
  ppp.addPool("pelanggan", "10.10.0.2-10.10.0.254");
  ppp.addPool("isolir", "10.99.0.2-10.99.0.254");
  const own = { "local-address": "10.10.0.1", "remote-address": "pelanggan" };
  ppp.addProfile({ name: "10M", "rate-limit": "5M/10M", ...own });
  ppp.addProfile({ name: "20M-200rb", "rate-limit": "10M/20M 15M/30M 8M/16M 10/10 7", ...own });
  ppp.addProfile({ name: "khusus", "rate-limit": "", "on-up": ":log info up", ...own });
  ppp.addProfile({ name: "lama", "rate-limit": "1M/2M", ...own });
  ppp.addProfile({
    name: "isolir",
    "rate-limit": "128k/256k",
    "address-list": "isolir",
    "local-address": "10.99.0.1",
    "remote-address": "isolir",
  });
  const secret = (name: string, profile: string, more: Record<string, string> = {}): void =>
    ppp.addSecret({ name, password: `pw-${name}`, service: "pppoe", profile, ...more });
  secret("budi", "10M", { comment: "Pak Budi RT03 0812-3456-7890" });
  secret("siti", "20M-200rb", { comment: "siti/081211112222, blok A2" });
  secret("agus", "10M", { comment: "toko agus 0812 3456 7890" });
  secret("warung", "khusus", { service: "any" });
  secret("mati", "10M", { disabled: "yes", comment: "nunggak" });
  secret("nunggak", "isolir", { comment: "Bu Rina (10M)" });
  secret("lupa", "isolir");
  secret("Eko", "10M");
  secret("eko", "10M");
  secret("kantor", "10M", { service: "l2tp" });
  admin.add("/ip/hotspot/user/profile", { name: "bulanan", "rate-limit": "2M/4M" });
  admin.add("/ip/hotspot/user/profile", { name: "voucher", "rate-limit": "1M/1M", "on-login": mikhmonScript });
  const user = (name: string, profile: string, more: Record<string, string> = {}): void =>
    void admin.add("/ip/hotspot/user", { name, password: `pw-${name}`, profile, ...more });
  user("kos-1", "bulanan", { comment: "Kos Melati kamar 1" });
  user("kos-2", "bulanan", { disabled: "yes" });
  user("ab12", "bulanan", { comment: "vc-812-09.17.26-" });
  user("cd34", "voucher", { comment: "sep/17/2026 09:09:49" });
  user("ef56", "voucher");
  user("gh78", "bulanan", { "limit-uptime": "3h" });
  const queue = (name: string, target: string, more: Record<string, string> = {}): void =>
    void admin.add("/queue/simple", { name, target, "max-limit": "5M/10M", ...more });
  queue("semua", "10.20.0.0/24", { "max-limit": "50M/50M" });
  queue("masjid", "10.20.0.5/32", { parent: "semua", comment: "Masjid Al-Ikhlas" });
  queue("pos-ronda", "10.20.0.6/32", { parent: "semua", "limit-at": "1M/1M" });
  queue("menunggak", "10.20.0.7/32", { parent: "semua" });
  admin.add("/ip/firewall/address-list", { list: "isolir", address: "10.20.0.7" });
  admin.add("/ip/firewall/address-list", { list: "isolir", address: "10.20.0.99" });
  admin.add("/system/script", {
    name: "sep/17/2026-|-09:09:49-|-ab12-|-5000-|-10.5.50.2",
    source: "",
    comment: "mikhmon",
  });
}
