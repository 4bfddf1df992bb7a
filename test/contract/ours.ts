/** Our own link behind the same small face as other people's clients. */
import { createRowDecoder, openSession } from "../../src/adapters/routeros/index.js";
import { createSystemClock } from "../../src/adapters/system/clock.js";
import { RouterError } from "../../src/app/errors.js";
import type { ClientUnderTest } from "./clients.js";

const never = new AbortController().signal;

export const ours: ClientUnderTest = {
  name: "the router link",
  knowsEmpty: true,
  login: "plain",
  async open({ host, port, username, password }) {
    const session = await openSession(
      { name: "contract", host, port, username, password, clock: createSystemClock() },
      never,
    );
    return {
      async print(path, filter = {}) {
        const words = [`${path}/print`, ...Object.entries(filter).map(([name, value]) => `?${name}=${value}`)];
        const { result } = await session.print(words, createRowDecoder(), { signal: never });
        return result.map((row) => ({ ...row }));
      },
      async run(path, args) {
        try {
          return await session.write(path, args, { signal: never });
        } catch (error) {
          if (error instanceof RouterError && error.routerMessage !== undefined) throw new Error(error.routerMessage);
          throw error;
        }
      },
      close: () => session.close(),
    };
  },
};
