/** What use cases need from outside, in our own words. Adapters implement these; tests drive them. */
import type {
  DeviceIdentity,
  HotspotActiveRow,
  HotspotUserRow,
  LogRow,
  PppActiveRow,
  PppInterfaceRow,
  PppoeServerRow,
  QueueCounterRow,
  QueueShapeRow,
  SystemClock,
  SystemResource,
  TableReading,
} from "../domain/router/readings.js";

/** The only way to time. `nowMs` may jump; `monotonicMs` never goes back and counts while the process lives. */
export interface Clock {
  nowMs(): number;
  monotonicMs(): number;
  /** Resolves after `ms`, or rejects with the signal's reason as soon as it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls back once after `ms` unless cancelled by the returned function. Never throws. */
  after(ms: number, callback: () => void): () => void;
}

/**
 * The reading lane to one router. Connects on first use, keeps the connection, reconnects at the next call after a
 * failure (the caller decides when). One command at a time. Every call settles by its deadline, and rejects with a
 * RouterError only. After `ROUTER_TIMED_OUT`, `ROUTER_PROTOCOL` or `ROUTER_UNREACHABLE` the connection is gone.
 * A trap (`ROUTER_REFUSED`, `ROUTER_NOT_PERMITTED`) leaves it usable.
 */
export interface RouterReader {
  /** Logs in if need be, and tells which device answered. Read once per connection, remembered until it drops. */
  identify(signal: AbortSignal): Promise<DeviceIdentity>;
  resource(signal: AbortSignal): Promise<TableReading<SystemResource>>;
  clock(signal: AbortSignal): Promise<TableReading<SystemClock>>;
  /** All PPP session interfaces: types pppoe-in, l2tp-in, pptp-in, sstp-in, ovpn-in. */
  pppInterfaces(signal: AbortSignal): Promise<TableReading<PppInterfaceRow>>;
  pppoeServers(signal: AbortSignal): Promise<TableReading<PppoeServerRow>>;
  pppActive(signal: AbortSignal): Promise<TableReading<PppActiveRow>>;
  /** Lines of the memory log whose topics contain both `ppp` and `account`, oldest first. */
  pppLog(signal: AbortSignal): Promise<TableReading<LogRow>>;
  hotspotActive(signal: AbortSignal): Promise<TableReading<HotspotActiveRow>>;
  hotspotUsers(signal: AbortSignal): Promise<TableReading<HotspotUserRow>>;
  queueShapes(signal: AbortSignal): Promise<TableReading<QueueShapeRow>>;
  /** Counters of non-dynamic simple queues. */
  queueCounters(signal: AbortSignal): Promise<TableReading<QueueCounterRow>>;
  /** Whether a logged-in connection stands now. */
  readonly connected: boolean;
  /** Counts logins, 0 before the first. Unchanged between two calls means the same connection, hence the same boot. */
  readonly connectionNo: number;
  /** Closes the socket and refuses further calls; settles within 2 s whatever the peer does. Idempotent. */
  close(): Promise<void>;
}
