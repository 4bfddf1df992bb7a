/**
 * What one would write first, and what is compared with: whole tables through stock node-routeros, a delta per line, and
 * an ORM call per row, built each time, in one transaction. The table has a row number and an index by line and time.
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { drizzle } from "drizzle-orm/better-sqlite3";
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

const customers = sqliteTable("customers", {
  name: text("name").primaryKey(),
  uploadBytes: integer("upload_bytes").notNull(),
  downloadBytes: integer("download_bytes").notNull(),
});
const samples = sqliteTable(
  "samples",
  {
    id: integer("id").primaryKey(),
    customer: text("customer").notNull(),
    atMs: integer("at_ms").notNull(),
    uploadBytes: integer("upload_bytes").notNull(),
    downloadBytes: integer("download_bytes").notNull(),
  },
  (table) => [index("samples_customer").on(table.customer, table.atMs)],
);

interface StockClient {
  connect(): Promise<unknown>;
  write(command: string): Promise<Record<string, string>[]>;
  close(): Promise<unknown>;
}

export async function createNaiveRound(port: number): Promise<{
  walk(): Promise<{ live: number }>;
  walBytes(): number;
  close(): Promise<void>;
}> {
  const { RouterOSAPI } = createRequire(import.meta.url)("node-routeros") as {
    RouterOSAPI: new (options: Record<string, unknown>) => StockClient;
  };
  const client = new RouterOSAPI({ host: "127.0.0.1", port, user: "bench", password: "bench", timeout: 60 });
  await client.connect();
  const folder = mkdtempSync(join(tmpdir(), "ronda-bench-"));
  const file = join(folder, "naive.db");
  const sqlite = new Database(file);
  sqlite.pragma("journal_mode = WAL");
  sqlite.pragma("synchronous = NORMAL");
  sqlite.exec(
    `create table customers (name text primary key, upload_bytes integer not null, download_bytes integer not null);
     create table samples (id integer primary key, customer text not null, at_ms integer not null,
                           upload_bytes integer not null, download_bytes integer not null);
     create index samples_customer on samples (customer, at_ms)`,
  );
  const db = drizzle(sqlite);
  const last = new Map<string, { upload: number; download: number }>();
  return {
    async walk() {
      const interfaces = await client.write("/interface/print");
      const active = await client.write("/ppp/active/print");
      const interfacesByName = new Map(interfaces.map((row) => [row["name"], row]));
      const atMs = Date.now();
      db.transaction((tx) => {
        for (const { name = "" } of active) {
          const row = interfacesByName.get(`<pppoe-${name}>`);
          const upload = Number(row?.["rx-byte"]);
          const download = Number(row?.["tx-byte"]);
          const before = last.get(name) ?? { upload: 0, download: 0 };
          const moved = { uploadBytes: upload - before.upload, downloadBytes: download - before.download };
          last.set(name, { upload, download });
          tx.insert(samples)
            .values({ customer: name, atMs, ...moved })
            .run();
          tx.insert(customers)
            .values({ name, uploadBytes: upload, downloadBytes: download })
            .onConflictDoUpdate({ target: customers.name, set: { uploadBytes: upload, downloadBytes: download } })
            .run();
        }
      });
      return { live: active.length };
    },
    walBytes: () => statSync(`${file}-wal`).size,
    async close() {
      await client.close();
      sqlite.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
