import { z } from "zod";
import { type Notice, notices } from "@/lib/notifications/notices";

const NoticeName = z.enum(Object.keys(notices) as [Notice, ...Notice[]], {
  error: "Choose one of the mails on the page.",
});

export const SetNotice = z.object({
  notice: NoticeName,
  isOn: z.boolean({ error: "Choose on or off." }),
});
export type SetNotice = z.infer<typeof SetNotice>;
