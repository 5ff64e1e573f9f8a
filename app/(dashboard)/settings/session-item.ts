import type { SessionItem } from "@/app/(dashboard)/settings/session-list";
import { describeDevice } from "@/lib/auth/device";
import type { SessionSummary } from "@/lib/auth/queries";

/** A session as the list in the browser shows it. */
export function toSessionItem(session: SessionSummary): SessionItem {
  const device = describeDevice(session.userAgent);
  return {
    id: session.id,
    device,
    isPhone: /iPhone|Android/.test(device),
    address: session.address,
    lastSeenAt: session.lastSeenAt.toISOString(),
    createdAt: session.createdAt.toISOString(),
    isCurrent: session.isCurrent,
  };
}
