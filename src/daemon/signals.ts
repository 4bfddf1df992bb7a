/** What of `process` is needed here. */
export interface SignalSource {
  on(signal: "SIGINT" | "SIGTERM" | "SIGHUP", listener: () => void): unknown;
  off(signal: "SIGINT" | "SIGTERM" | "SIGHUP", listener: () => void): unknown;
}

export type StopSignal = "SIGINT" | "SIGTERM" | "SIGHUP";

export interface SignalHandlers {
  /** At the first signal to stop, once. SIGHUP is one where {@link SignalHandlers.reloadsOnHangUp} says no. */
  readonly onStop: (signal: StopSignal) => void;
  /** At SIGHUP; never two at a time, and never once stopping has begun. Must not reject. */
  readonly onReload: () => Promise<void>;
  /** Asked at each SIGHUP: is it a person's word to reload, or has the terminal that we belong to been closed? */
  readonly reloadsOnHangUp: () => boolean;
  /** At the second SIGINT or SIGTERM: the person does not want to wait. */
  readonly onImpatience: () => void;
}

/**
 * Listens until the returned function is called. SIGHUPs that come during a reload are answered by one more after it;
 * once stopping has begun they mean nothing (a terminal that closes sends several).
 */
export function listenToSignals(source: SignalSource, handlers: SignalHandlers): () => void {
  let isStopping = false;
  let reloading: Promise<void> | undefined;
  let isReloadWanted = false;

  const stop = (signal: StopSignal): void => {
    if (isStopping) {
      handlers.onImpatience();
      return;
    }
    isStopping = true;
    handlers.onStop(signal);
  };
  const reload = async (): Promise<void> => {
    while (isReloadWanted && !isStopping) {
      isReloadWanted = false;
      await handlers.onReload();
    }
  };

  const onInt = (): void => stop("SIGINT");
  const onTerm = (): void => stop("SIGTERM");
  const onHup = (): void => {
    if (isStopping) return;
    if (!handlers.reloadsOnHangUp()) return stop("SIGHUP");
    isReloadWanted = true;
    reloading ??= reload().finally(() => {
      reloading = undefined;
    });
  };
  source.on("SIGINT", onInt);
  source.on("SIGTERM", onTerm);
  source.on("SIGHUP", onHup);
  return () => {
    source.off("SIGINT", onInt);
    source.off("SIGTERM", onTerm);
    source.off("SIGHUP", onHup);
  };
}
