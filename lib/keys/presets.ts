import type { KeyEnvironment } from "@/lib/keys/secret";
import type { ExpiryDays, KeyScope } from "@/lib/keys/terms";

/** A starting point of the form: everything in it can still be changed. */
export interface KeyPreset {
  id: "development" | "production" | "read_only" | "admin";
  name: string;
  description: string;
  environment: KeyEnvironment;
  scopes: readonly KeyScope[];
  expiryDays: ExpiryDays;
}

export const keyPresets: readonly KeyPreset[] = [
  {
    id: "development",
    name: "Development",
    description: "Builds and tests against simulated models. Nothing is charged.",
    environment: "test",
    scopes: ["read", "write"],
    expiryDays: 90,
  },
  {
    id: "production",
    name: "Production",
    description: "Generates content and changes resources. Charges your balance.",
    environment: "live",
    scopes: ["read", "write"],
    expiryDays: 90,
  },
  {
    id: "read_only",
    name: "Read-only",
    description: "Reads data and generates content, and changes nothing.",
    environment: "live",
    scopes: ["read"],
    expiryDays: 90,
  },
  {
    id: "admin",
    name: "Admin",
    description: "May do everything, managing keys included. Keep it short-lived.",
    environment: "live",
    scopes: ["admin"],
    expiryDays: 30,
  },
];
