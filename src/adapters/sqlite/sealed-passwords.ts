import type { SecretBox } from "../../app/books/secret-box.js";
import { OperationalError } from "../../app/errors.js";
import type { Sqlite } from "./open.js";

/** How the stored passwords and the key file get along. */
export interface SealedPasswords {
  readonly count: number;
  /** Why some do not open, with the key file that there is, and how many; undefined when all of them do. */
  readonly trouble: { readonly count: number; readonly error: OperationalError } | undefined;
}

/** Tries every stored password; for the start of the daemon and `ronda doctor`. A thousand cost some milliseconds. */
export function checkSealedPasswords(db: Sqlite, secretBox: Pick<SecretBox, "open">): SealedPasswords {
  const sealed = db
    .prepare<[], string>("select sealed_password from line_access where sealed_password is not null")
    .pluck()
    .all();
  const errors = sealed.flatMap((text) => {
    try {
      secretBox.open(text);
      return [];
    } catch (error) {
      if (error instanceof OperationalError) return [error];
      throw error;
    }
  });
  const [error] = errors;
  return { count: sealed.length, trouble: error && { count: errors.length, error } };
}
