import { transport } from "@/lib/gateway/cases/transport";
import { runCases } from "@/lib/gateway/cases/world";

// Two of them wait for time limits of half a minute.
runCases("A", transport, { concurrent: true });
