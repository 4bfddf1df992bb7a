/** A command that RouterOS refuses: travels as `!trap`, then `!done`. */
export class Trap extends Error {
  override readonly name = "Trap";
  /** 0 missing item or command, 1 bad argument, 2 interrupted, 4 general failure …; often absent. */
  readonly category: number | undefined;

  constructor(message: string, category?: number) {
    super(message);
    this.category = category;
  }
}

export const noSuchItem = (): Trap => new Trap("no such item", 0);
