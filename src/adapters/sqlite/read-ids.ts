/** Ids as the API shows them: opaque to readers, so that what is behind them may change. */
export const formatLineId = (id: number): string => `line_${id.toString(36)}`;
export const formatSessionId = (id: number): string => `session_${id.toString(36)}`;

/** Undefined for a text that is no id of a line. */
export function parseLineId(text: string): number | undefined {
  const match = /^line_([0-9a-z]{1,10})$/.exec(text);
  if (match === null) return undefined;
  const id = Number.parseInt(match[1] as string, 36);
  return formatLineId(id) === text ? id : undefined;
}
