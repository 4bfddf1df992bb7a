/** The router link: everything that knows RouterOS. Importing it fails when the installed node-routeros is not the studied one. */
export { createRouterReader, type RouterReaderOptions } from "./reader.js";
export { createRouterWriter } from "./writer.js";
export { openSession } from "./session.js";
export {
  defaultTimeouts,
  type ApiSession,
  type CommandOptions,
  type CommandReply,
  type SessionOptions,
  type SessionState,
  type Timeouts,
} from "./api-session.js";
export { sentCommands, type PrintCommand, type SentCommand, type WriteCommand } from "./commands.js";
export { defineTable, readTable } from "./read-table.js";
export { createRowDecoder, type WholeRow } from "./row-decoder.js";
export {
  createSelectDecoder,
  type Column,
  type ColumnKind,
  type RowValues,
  type SelectResult,
  type SelectSpec,
} from "./select-decoder.js";
export type { ReplyDecoder } from "./row-reader.js";
export { isMenuMissing } from "./errors.js";
export { createLane, type Lane } from "./lane.js";
export { isPrivateAddress } from "./address.js";
export { normaliseFingerprint, plainPort, tlsPort, type RouterTls } from "./tls.js";
export * from "./values.js";
