import { z } from "zod";
import { Email } from "@/lib/auth/schema";
import { RoleChoice } from "@/lib/workspaces/member-schema";

export const Invite = z.object({ email: Email, role: RoleChoice });

export const InvitationReference = z.object({
  invitationId: z.string({ error: "Choose an invitation." }).regex(/^[\w-]{1,64}$/, {
    error: "Choose an invitation.",
  }),
});
