import type { AccountContext } from "./account-ppp.js";
import { allSessions, type OpenSession } from "./router-books.js";
import { inSlices } from "./slices.js";

/**
 * Stores when a session was last seen that this round neither saw nor missed: a row would not parse, so absence proves
 * nothing, or its service is not watched now. Without it, who loads the books takes the last round for the last time
 * it was seen, thinks it older than it became, and does not know its logout record again.
 */
export async function noteUnseen(context: AccountContext): Promise<void> {
  const { books, store, breathe, signal } = context;
  const unseen: OpenSession[] = [];
  for (const session of allSessions(books)) {
    const isAged = session.kind !== "static" && session.missing === undefined;
    if (isAged && session.seenRound !== books.roundNo && !books.unseen.has(session)) unseen.push(session);
  }
  await inSlices(unseen, breathe, signal, (slice) => {
    store.commit((tx) => {
      for (const session of slice) tx.noteLastSeen(session.id, session.lastUptimeSeconds * 1000);
    });
    for (const session of slice) books.unseen.add(session);
  });
}
