import { z } from "zod";
import { DisplayName } from "@/lib/display-name";

export const RenameWorkspace = z.object({ name: DisplayName });
export type RenameWorkspace = z.infer<typeof RenameWorkspace>;

export const ChangePlan = z.object({ planId: z.string().regex(/^[0-9A-Za-z_-]{1,64}$/) });
export type ChangePlan = z.infer<typeof ChangePlan>;
