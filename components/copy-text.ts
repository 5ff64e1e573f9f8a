/**
 * Puts `text` on the clipboard and says whether it worked. The asynchronous clipboard exists only on
 * https and localhost; on plain http the old command on a selected field still works. The field is
 * placed inside `near`, because a dialog takes focus back from anything outside of itself.
 */
export async function copyText(text: string, near: Element): Promise<boolean> {
  if (window.isSecureContext && navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Refused by the browser's settings or for lack of focus; the command below may still be allowed.
    }
  }
  return copyBySelection(text, near);
}

function copyBySelection(text: string, near: Element): boolean {
  const host = near.closest("[role=dialog],[role=alertdialog]") ?? document.body;
  const focused = document.activeElement;
  const field = document.createElement("textarea");
  field.value = text;
  field.readOnly = true;
  field.setAttribute("aria-hidden", "true");
  field.style.cssText = "position:fixed;top:0;left:0;width:1px;height:1px;opacity:0;font-size:16px";
  host.append(field);
  field.select();
  field.setSelectionRange(0, text.length);
  const copied = document.execCommand("copy");
  field.remove();
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  return copied;
}
