import { copyText } from "@/components/copy-text";

const shownMs = 2_000;
const timers = new WeakMap<Element, ReturnType<typeof setTimeout>>();

/** Buttons with `data-copy` copy the code of the block around them, as the reader sees it. */
export function listenForCopies(): void {
  document.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest("[data-copy]") : null;
    if (button) void copy(button);
  });
}

async function copy(button: Element) {
  const code = button.closest("[data-code]")?.querySelector("code")?.textContent ?? "";
  const isCopied = await copyText(code, button);
  say(button, isCopied ? "Copied" : "Copying failed");
  clearTimeout(timers.get(button));
  timers.set(
    button,
    setTimeout(() => say(button, ""), shownMs),
  );
}

function say(button: Element, message: string) {
  button.toggleAttribute("data-copied", message === "Copied");
  const status = button.nextElementSibling;
  if (status) status.textContent = message;
}
