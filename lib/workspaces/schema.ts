import { z } from "zod";
import { DisplayName } from "@/lib/display-name";

export const RenameWorkspace = z.object({ name: DisplayName });
export type RenameWorkspace = z.infer<typeof RenameWorkspace>;
