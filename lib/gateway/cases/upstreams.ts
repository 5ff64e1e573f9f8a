import { answerBodies } from "@/lib/gateway/cases/upstream-bodies";
import { clients } from "@/lib/gateway/cases/upstream-clients";
import { statuses } from "@/lib/gateway/cases/upstream-statuses";
import { streams } from "@/lib/gateway/cases/upstream-streams";
import { usage } from "@/lib/gateway/cases/upstream-usage";
import type { Provocations } from "@/lib/gateway/cases/world";

/** Group G: what upstreams do, and what becomes of it. */
export const upstreams: Provocations = {
  ...statuses,
  ...answerBodies,
  ...usage,
  ...streams,
  ...clients,
};
