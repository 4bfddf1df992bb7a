/** The API's wire form, written for tests alone and slowly on purpose, so that it shares no mistake with the code under test. */

export function encodeLength(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  if (length < 0x4000) return Buffer.from([(length >>> 8) + 0x80, length % 256]);
  if (length < 0x200000) return Buffer.from([(length >>> 16) + 0xc0, (length >>> 8) % 256, length % 256]);
  if (length < 0x10000000) {
    return Buffer.from([(length >>> 24) + 0xe0, (length >>> 16) % 256, (length >>> 8) % 256, length % 256]);
  }
  return Buffer.from([0xf0, (length >>> 24) % 256, (length >>> 16) % 256, (length >>> 8) % 256, length % 256]);
}

export function word(text: string | Buffer): Buffer {
  const bytes = Buffer.from(text as string);
  return Buffer.concat([encodeLength(bytes.length), bytes]);
}

export function sentence(...words: readonly (string | Buffer)[]): Buffer {
  return Buffer.concat([...words.map(word), Buffer.from([0])]);
}

/** Reads sentences out of a growing buffer, one pass from the start each time. */
export function decodeSentences(bytes: Buffer): { sentences: Buffer[][]; rest: Buffer } {
  const sentences: Buffer[][] = [];
  let words: Buffer[] = [];
  let at = 0;
  let done = 0;
  while (at < bytes.length) {
    const first = bytes.readUInt8(at);
    let extra = 0;
    let length = first;
    if (first >= 0xf0) [extra, length] = [4, 0];
    else if (first >= 0xe0) [extra, length] = [3, first - 0xe0];
    else if (first >= 0xc0) [extra, length] = [2, first - 0xc0];
    else if (first >= 0x80) [extra, length] = [1, first - 0x80];
    if (at + 1 + extra > bytes.length) break;
    for (let i = 0; i < extra; i++) length = length * 256 + bytes.readUInt8(at + 1 + i);
    const start = at + 1 + extra;
    if (start + length > bytes.length) break;
    at = start + length;
    if (length > 0) {
      words.push(bytes.subarray(start, at));
    } else {
      if (words.length > 0) sentences.push(words);
      words = [];
      done = at;
    }
  }
  return { sentences, rest: bytes.subarray(done) };
}
