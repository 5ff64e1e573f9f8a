import { parameters } from "@/lib/gateway/cases/parameters";
import { runCases } from "@/lib/gateway/cases/world";

runCases("E", parameters);
