import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { closeSync, fstatSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { OperationalError } from "../../app/errors.js";
import type { SecretBox } from "../../app/books/secret-box.js";

/**
 * AES-256-GCM with a key in a file of its own, so that neither the database nor its backups can be read without it. The
 * file is made at the first sealing, readable by its owner only; it is read at first use and then kept in memory.
 *
 * A line of the file is a key: `ronda-key-1 BASE64URL`. The first one seals, every one opens, so that a key found again
 * can be added below the one that took its place. A sealed text is `1.KEY-ID.NONCE.TAG.CIPHERTEXT`, each base64url; the id
 * is the beginning of the key's SHA-256, to tell a wrong key from a changed text.
 */
export function createSecretBox(keyPath: string): SecretBox {
  let remembered: readonly Key[] | undefined;
  const keys = (): readonly Key[] | undefined => (remembered ??= readKeys(keyPath));

  return {
    seal(clear) {
      const [key] = keys() ?? (remembered = makeKey(keyPath));
      if (key === undefined) throw unusable(keyPath, "it holds no key");
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv("aes-256-gcm", key.secret, nonce, { authTagLength: tagBytes });
      cipher.setAAD(Buffer.from(sealedFormat));
      const text = Buffer.concat([cipher.update(clear, "utf8"), cipher.final()]);
      return [sealedFormat, key.id, ...[nonce, cipher.getAuthTag(), text].map(toText)].join(".");
    },

    open(sealed) {
      const [format, keyId, nonceText, tagText, cipherText, ...more] = sealed.split(".");
      if (format !== sealedFormat || cipherText === undefined || more.length > 0) {
        throw wrong(
          "a stored password is not in a form that this Ronda knows: was the database written by a newer one?",
        );
      }
      const hasKey = (key: Key): boolean => key.id === keyId;
      // The file may have been put right since it was read.
      if (remembered !== undefined && !remembered.some(hasKey)) remembered = undefined;
      const all = keys();
      if (all === undefined) {
        throw unusable(keyPath, "it is not there, and the database holds passwords that were sealed with it");
      }
      const key = all.find(hasKey);
      if (key === undefined) {
        throw wrong(
          `a stored password was sealed with key ${keyId}, and ${keyPath} holds ${all.map(({ id }) => id).join(", ")}: ` +
            "restore the key file that belongs to this database, or set the password again",
        );
      }
      try {
        const decipher = createDecipheriv("aes-256-gcm", key.secret, fromText(nonceText), { authTagLength: tagBytes });
        decipher.setAAD(Buffer.from(sealedFormat));
        decipher.setAuthTag(fromText(tagText));
        return decipher.update(fromText(cipherText), undefined, "utf8") + decipher.final("utf8");
      } catch (error) {
        throw wrong("a stored password was changed after it was sealed: set the password again", error);
      }
    },
  };
}

interface Key {
  readonly id: string;
  readonly secret: Buffer;
}

const sealedFormat = "1";
const nonceBytes = 12;
const tagBytes = 16;
const keyBytes = 32;

/** Undefined when there is no such file. */
function readKeys(path: string): readonly Key[] | undefined {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    if (isCode(error, "ENOENT")) return undefined;
    throw unusable(path, `it cannot be read (${wordsOf(error)})`, error);
  }
  try {
    const { mode } = fstatSync(file);
    // Windows has no such bits.
    if (process.platform !== "win32" && (mode & 0o077) !== 0) {
      throw unusable(path, `others may read it (mode ${(mode & 0o777).toString(8)}): chmod 600 ${path}`);
    }
    return parseKeys(readFileSync(file, "utf8"), path);
  } catch (error) {
    if (error instanceof OperationalError) throw error;
    throw unusable(path, `it cannot be read (${wordsOf(error)})`, error);
  } finally {
    closeSync(file);
  }
}

function parseKeys(text: string, path: string): readonly Key[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const keys = lines.map((line, index) => {
    const secret = fromText(/^ronda-key-1 ([\w-]+)$/.exec(line.trim())?.[1]);
    if (secret.length !== keyBytes) throw unusable(path, `line ${index + 1} is not a key of Ronda`);
    return toKey(secret);
  });
  if (keys.length === 0) throw unusable(path, "it is empty");
  return keys;
}

/** Written whole under another name first: a power cut leaves a key or none, never half of one. */
function makeKey(path: string): readonly Key[] {
  const secret = randomBytes(keyBytes);
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    try {
      const file = openSync(draft, "wx", 0o600);
      try {
        writeFileSync(file, `ronda-key-1 ${toText(secret)}\n`);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      linkSync(draft, path);
      syncFolder(dirname(path));
    } finally {
      rmSync(draft, { force: true });
    }
    return [toKey(secret)];
  } catch (error) {
    // Another Ronda (a command beside the daemon) was first: its key is the key.
    const others = isCode(error, "EEXIST") ? readKeys(path) : undefined;
    if (others !== undefined) return others;
    throw unusable(path, `it cannot be made (${wordsOf(error)})`, error);
  }
}

/** The name is in the folder, and passwords must not outlive it. */
function syncFolder(path: string): void {
  if (process.platform === "win32") return;
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

const toKey = (secret: Buffer): Key => ({
  id: createHash("sha256").update(secret).digest("hex").slice(0, 8),
  secret,
});
const toText = (bytes: Buffer): string => bytes.toString("base64url");
const fromText = (text: string | undefined): Buffer => Buffer.from(text ?? "", "base64url");

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function unusable(path: string, why: string, cause?: unknown): OperationalError {
  return new OperationalError("SECRET_KEY_UNUSABLE", `the key file ${path} cannot be used: ${why}`, { cause });
}

function wrong(message: string, cause?: unknown): OperationalError {
  return new OperationalError("SECRET_KEY_WRONG", message, { cause });
}
