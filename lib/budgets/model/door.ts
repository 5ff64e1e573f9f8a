import type { Admission, Limits } from "@/lib/budgets/acquire";
import type { Delivered, Question } from "@/lib/budgets/model/rules";
import type { EndReason } from "@/lib/budgets/open-holds";
import type { EndedRequest, Settlement } from "@/lib/budgets/settlement";

/** A question with the limits of its moment, as an instance reads them with the key. */
export interface Ask extends Question {
  workspaceId: string;
  secretId: string;
  limits: Limits;
}

/**
 * One instance's way through the budgets, as the model's tests drive it. The first form asks the
 * database for each admission; another may answer from slices that it holds in memory.
 */
export interface BudgetDoor {
  readonly instanceId: string;
  admit(ask: Ask): Promise<Admission>;
  /** Notes what was delivered; answers why the request must end, null where it may go on. */
  progress(requestId: string, delivered: Delivered): Promise<EndReason | null>;
  /** Ends an admitted request, cancelled ones too; without a hold (`held` false) it is only logged. */
  settle(end: EndedRequest): Promise<Settlement>;
  /** The instance's lease runs out, as when its process stands still or dies. */
  loseLease(): Promise<void>;
  takeLease(): Promise<void>;
  /** The clock has moved: a lease is renewed all along, as long as its process lives. */
  keepLease(): Promise<void>;
  /** Ends what instances without a lease left open. */
  recover(): Promise<void>;
  /** Whether an open request would go with the lease, as if it had never been admitted. */
  isLostWithLease(requestId: string): boolean;
  /** Resolves when it has taken notice of all limits that have been changed. */
  notice(): Promise<void>;
  /** What the instance keeps in memory and doesn't need goes back. Returns when it has. */
  quiet(): Promise<void>;
  close(): Promise<void>;
}

/** Where a door stands: its database, and the clock that the database shows as well. */
export interface DoorPlace {
  url: string;
  instanceId: string;
  clock(): Date;
}

export type OpenDoor = (place: DoorPlace) => Promise<BudgetDoor>;
