import type { Enforcement, Plan } from "../../domain/catalog/plan.js";
import type { RateLimit } from "../../domain/catalog/rate-limit.js";

/** The columns of `plans` that make a `Plan`, as they are named there. */
export interface PlanRow {
  readonly id: number;
  readonly name: string;
  readonly price_idr: number;
  readonly enforcement: Enforcement["kind"];
  readonly profile: string | null;
  readonly ppp_local_address: string | null;
  readonly ppp_remote_address: string | null;
  readonly upload_bps: number | null;
  readonly download_bps: number | null;
  readonly burst_upload_bps: number | null;
  readonly burst_download_bps: number | null;
  readonly burst_threshold_upload_bps: number | null;
  readonly burst_threshold_download_bps: number | null;
  readonly burst_upload_seconds: number | null;
  readonly burst_download_seconds: number | null;
  readonly limit_at_upload_bps: number | null;
  readonly limit_at_download_bps: number | null;
  readonly priority: number | null;
}

/** All columns but the id, for statements that write them by name. */
export const planColumns = [
  "name",
  "price_idr",
  "enforcement",
  "profile",
  "ppp_local_address",
  "ppp_remote_address",
  "upload_bps",
  "download_bps",
  "burst_upload_bps",
  "burst_download_bps",
  "burst_threshold_upload_bps",
  "burst_threshold_download_bps",
  "burst_upload_seconds",
  "burst_download_seconds",
  "limit_at_upload_bps",
  "limit_at_download_bps",
  "priority",
] as const satisfies readonly (keyof PlanRow)[];

export function toPlan(row: PlanRow): Plan {
  return {
    id: row.id,
    name: row.name,
    priceIdr: row.price_idr,
    rates: toRates(row),
    enforcement: toEnforcement(row),
  };
}

function toEnforcement(row: PlanRow): Enforcement {
  const profile = row.profile ?? "";
  switch (row.enforcement) {
    case "queue":
      return { kind: "queue" };
    case "existing-profile":
      return { kind: "existing-profile", profile };
    case "profile":
      return {
        kind: "profile",
        profile,
        pppLocalAddress: row.ppp_local_address ?? undefined,
        pppRemoteAddress: row.ppp_remote_address ?? undefined,
      };
  }
}

// The checks of the table keep these columns together: where the first is there, so are its fellows.
function toRates(row: PlanRow): RateLimit | undefined {
  if (row.upload_bps === null) return undefined;
  return {
    max: { uploadBps: row.upload_bps, downloadBps: row.download_bps ?? 0 },
    burst:
      row.burst_upload_bps === null
        ? undefined
        : {
            limit: { uploadBps: row.burst_upload_bps, downloadBps: row.burst_download_bps ?? 0 },
            threshold: {
              uploadBps: row.burst_threshold_upload_bps ?? 0,
              downloadBps: row.burst_threshold_download_bps ?? 0,
            },
            uploadSeconds: row.burst_upload_seconds ?? 0,
            downloadSeconds: row.burst_download_seconds ?? 0,
          },
    limitAt:
      row.limit_at_upload_bps === null
        ? undefined
        : { uploadBps: row.limit_at_upload_bps, downloadBps: row.limit_at_download_bps ?? 0 },
    priority: row.priority ?? undefined,
  };
}

export function fromPlan(plan: Omit<Plan, "id">): Omit<PlanRow, "id"> {
  const { rates, enforcement } = plan;
  const owned = enforcement.kind === "profile" ? enforcement : undefined;
  return {
    name: plan.name,
    price_idr: plan.priceIdr,
    enforcement: enforcement.kind,
    profile: enforcement.kind === "queue" ? null : enforcement.profile,
    ppp_local_address: owned?.pppLocalAddress ?? null,
    ppp_remote_address: owned?.pppRemoteAddress ?? null,
    upload_bps: rates?.max.uploadBps ?? null,
    download_bps: rates?.max.downloadBps ?? null,
    burst_upload_bps: rates?.burst?.limit.uploadBps ?? null,
    burst_download_bps: rates?.burst?.limit.downloadBps ?? null,
    burst_threshold_upload_bps: rates?.burst?.threshold.uploadBps ?? null,
    burst_threshold_download_bps: rates?.burst?.threshold.downloadBps ?? null,
    burst_upload_seconds: rates?.burst?.uploadSeconds ?? null,
    burst_download_seconds: rates?.burst?.downloadSeconds ?? null,
    limit_at_upload_bps: rates?.limitAt?.uploadBps ?? null,
    limit_at_download_bps: rates?.limitAt?.downloadBps ?? null,
    priority: rates?.priority ?? null,
  };
}
