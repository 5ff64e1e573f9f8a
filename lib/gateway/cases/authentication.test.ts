import { authentication } from "@/lib/gateway/cases/authentication";
import { runCases } from "@/lib/gateway/cases/world";

runCases("B", authentication);
