import { bodies } from "@/lib/gateway/cases/bodies";
import { runCases } from "@/lib/gateway/cases/world";

runCases("D", bodies);
