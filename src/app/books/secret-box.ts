/** Keeps line passwords unreadable in the database and its backups; the key lies outside of both. */
export interface SecretBox {
  /** @throws OperationalError `SECRET_KEY_UNUSABLE` when the key file is there but cannot be used. */
  seal(clear: string): string;
  /**
   * @throws OperationalError `SECRET_KEY_WRONG` when it was sealed with another key, or was changed since;
   *   `SECRET_KEY_UNUSABLE` when there is no key file or it cannot be used.
   */
  open(sealed: string): string;
}
