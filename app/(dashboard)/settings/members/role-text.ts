import type { Role } from "@/lib/scope";

/** What each role is for, in a line, beside its name. */
export const roleTexts: Record<Role, { label: string; description: string }> = {
  owner: { label: "Owner", description: "Everything, deleting the workspace included." },
  admin: { label: "Admin", description: "Everything but owners and deleting the workspace." },
  developer: { label: "Developer", description: "API keys, playground and webhooks." },
  billing: { label: "Billing", description: "Payments, the saved card and the plan." },
  viewer: { label: "Viewer", description: "Sees everything, changes nothing." },
};
