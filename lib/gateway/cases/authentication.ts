import { headers } from "@/lib/gateway/cases/authentication-headers";
import { keys } from "@/lib/gateway/cases/authentication-keys";
import { secrets } from "@/lib/gateway/cases/authentication-secrets";
import type { Provocations } from "@/lib/gateway/cases/world";

/** Group B: who the caller is. */
export const authentication: Provocations = { ...headers, ...secrets, ...keys };
