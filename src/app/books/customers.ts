import type { FieldFault } from "../../domain/catalog/field-fault.js";
import { rupiahWords } from "../billing/overdue-words.js";
import {
  audit,
  customerOf,
  expectFields,
  expectVersion,
  isTidy,
  liveCustomerOf,
  refuse,
  type Desk,
  type Outcome,
} from "./desk.js";
import type { CustomerFields, CustomerRecord } from "./records.js";

export type CustomerInput = Pick<CustomerFields, "name"> & Partial<CustomerFields>;

/** @throws OperationalError `INVALID_REQUEST`. */
export function createCustomer(desk: Desk, input: CustomerInput): Outcome<CustomerRecord> {
  const fields = checked({ phone: undefined, address: undefined, note: undefined, ...input });
  const id = desk.tx.addCustomer(fields, phoneOf(desk, fields), desk.atMs);
  const value = customerOf(desk, id);
  audit(desk, "customer.create", "customer", id, undefined, value);
  return { value, nudges: [] };
}

/**
 * What is not in `patch` stays, what is there as undefined goes.
 * @throws OperationalError `CUSTOMER_NOT_FOUND`, `ARCHIVED`, `VERSION_CONFLICT`, `INVALID_REQUEST`.
 */
export function updateCustomer(
  desk: Desk,
  id: number,
  patch: Partial<CustomerFields>,
  version?: number,
): Outcome<CustomerRecord> {
  const before = liveCustomerOf(desk, id);
  expectVersion(before, `customer ${before.name}`, version);
  const { name, phone, address, note } = before;
  const fields = checked({ name, phone, address, note, ...patch });
  desk.tx.setCustomer(id, fields, phoneOf(desk, fields), desk.atMs);
  const value = customerOf(desk, id);
  audit(desk, "customer.update", "customer", id, before, value);
  return { value, nudges: [] };
}

/** @throws OperationalError `CUSTOMER_NOT_FOUND`, `VERSION_CONFLICT`, `NOT_ARCHIVABLE`. */
export function archiveCustomer(desk: Desk, id: number, version?: number): Outcome<CustomerRecord> {
  const before = customerOf(desk, id);
  if (before.archivedAtMs !== undefined) return { value: before, nudges: [] };
  expectVersion(before, `customer ${before.name}`, version);
  const { length } = desk.tx.subscriptionsOfCustomer(id);
  if (length > 0) {
    refuse("NOT_ARCHIVABLE", `customer ${before.name} has ${length} subscriptions that are not terminated`);
  }
  const { owedIdr, waiting } = desk.tx.accountOf(id);
  if (owedIdr > 0)
    refuse("NOT_ARCHIVABLE", `customer ${before.name} owes ${rupiahWords(owedIdr)}: take it, or void it`);
  if (owedIdr < 0) {
    const credit = rupiahWords(-owedIdr);
    refuse(
      "NOT_ARCHIVABLE",
      `customer ${before.name} has ${credit} to their credit: give it back and void the payment`,
    );
  }
  if (waiting > 0) refuse("NOT_ARCHIVABLE", `customer ${before.name} has ${waiting} charges that are not invoiced yet`);
  desk.tx.archiveCustomer(id, desk.atMs);
  const value = customerOf(desk, id);
  audit(desk, "customer.archive", "customer", id, before, value);
  return { value, nudges: [] };
}

function phoneOf({ phones }: Desk, { phone }: CustomerFields): ReturnType<Desk["phones"]["parse"]> | undefined {
  return phone === undefined ? undefined : phones.parse(phone);
}

function checked({ name, phone, address, note }: CustomerFields): CustomerFields {
  const faults: FieldFault[] = [];
  if (!isTidy(name, 100)) {
    faults.push({ field: "name", expected: "1 to 100 characters, without spaces around it or control characters" });
  }
  if (phone !== undefined && !isTidy(phone, 40)) {
    faults.push({ field: "phone", expected: "1 to 40 characters, without spaces around it or control characters" });
  }
  for (const [field, text] of Object.entries({ address, note })) {
    if (text !== undefined && (text.trim() === "" || text.length > 1_000)) {
      faults.push({ field, expected: "1 to 1000 characters, not only spaces" });
    }
  }
  expectFields(faults);
  return { name, phone, address, note };
}
