import { scopes } from "@/lib/gateway/cases/scopes";
import { runCases } from "@/lib/gateway/cases/world";

runCases("C", scopes);
