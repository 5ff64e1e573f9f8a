import { upstreams } from "@/lib/gateway/cases/upstreams";
import { runCases } from "@/lib/gateway/cases/world";

// Each has dozens of variants, which wait for time limits and pauses between attempts.
runCases("G", upstreams, { timeoutMs: 180_000 });
