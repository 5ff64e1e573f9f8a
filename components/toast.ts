import type { Toasts } from "@/components/toast-panel";

type Message = Parameters<Toasts["success"]>[0];
type Options = Parameters<Toasts["success"]>[1];
type Show = (toasts: Toasts) => void;

let shown: Toasts | undefined;
let waiting: Show[] = [];
let wake: (() => void) | undefined;

function show(act: Show): void {
  if (shown) {
    act(shown);
  } else {
    waiting.push(act);
    wake?.();
  }
}

/** Short messages at the edge of the screen. What draws them is fetched for the first of a visit. */
export const toast = {
  success: (message: Message, options?: Options) => show((t) => t.success(message, options)),
  error: (message: Message, options?: Options) => show((t) => t.error(message, options)),
  warning: (message: Message, options?: Options) => show((t) => t.warning(message, options)),
  info: (message: Message, options?: Options) => show((t) => t.info(message, options)),
  message: (message: Message, options?: Options) => show((t) => t.message(message, options)),
  dismiss: (id?: string | number) => show((t) => t.dismiss(id)),
};

/** For the place where toasts show: `onWanted` is called when there is one to be shown. */
export function listenForToasts(onWanted: () => void): () => void {
  wake = onWanted;
  if (waiting.length > 0) onWanted();
  return () => {
    wake = undefined;
    shown = undefined;
  };
}

/** The place is there: what has waited shows now. */
export function showToasts(toasts: Toasts): void {
  shown = toasts;
  const acts = waiting;
  waiting = [];
  for (const act of acts) act(toasts);
}
