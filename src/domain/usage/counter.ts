/** Bytes from the customer's side; integers, never negative unless it is a correction. */
export interface ByteCounts {
  readonly uploadBytes: number;
  readonly downloadBytes: number;
}

export const noBytes: ByteCounts = { uploadBytes: 0, downloadBytes: 0 };

/**
 * Bytes to account between two readings of the counters of one session; never negative.
 *
 * Counters start at zero with the session. If either figure fell, both were reset (RouterOS resets the two directions
 * together), and all of `current` is new. What passed between the last reading and the reset is lost: we rather
 * account too little than the same byte twice. A reset after which both figures grew past the old ones cannot be
 * seen; the difference is then too small, never too large.
 */
export function counterDelta(previous: ByteCounts, current: ByteCounts): ByteCounts {
  const wasReset = current.uploadBytes < previous.uploadBytes || current.downloadBytes < previous.downloadBytes;
  if (wasReset) return current;
  return {
    uploadBytes: current.uploadBytes - previous.uploadBytes,
    downloadBytes: current.downloadBytes - previous.downloadBytes,
  };
}
