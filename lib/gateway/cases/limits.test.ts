import { limits } from "@/lib/gateway/cases/limits";
import { runCases } from "@/lib/gateway/cases/world";

runCases("F", limits);
