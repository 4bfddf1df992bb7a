/** What people and programs prove themselves with. Adapters make and check it; nothing of it is ever written down. */
export interface Passwords {
  /**
   * The text to keep: scheme, parameters, salt and hash.
   * @throws OperationalError `PASSWORDS_BUSY` when too many wait.
   */
  hash(password: string): Promise<string>;
  /**
   * Takes as long for `kept` undefined (nobody of that name) as for somebody's.
   * @throws OperationalError `PASSWORDS_BUSY` when too many wait.
   */
  verify(
    password: string,
    kept: string | undefined,
  ): Promise<{ readonly isRight: boolean; readonly isOutdated: boolean }>;
}

export interface Randomness {
  /** 256 random bits as 43 characters of base64url. */
  secret(): string;
  /** SHA-256 as hex. A secret of 256 bits needs no salt and no slow hash. */
  digest(secret: string): string;
}

export const passwordRule = "10 to 200 characters";

export const isFitPassword = (password: string): boolean =>
  password.length >= 10 && password.length <= 200 && password.trim() !== "" && !/\p{Cc}/u.test(password);
