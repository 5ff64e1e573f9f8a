/*
 * Whether the dialog is open stands in the address, so that it survives a reload and closes with Back.
 * The native history is enough for that: the list behind the dialog needn't be read again.
 */

const name = "new";

export function isCreateDialogOpen(params: Pick<URLSearchParams, "get">): boolean {
  return params.get(name) === "1";
}

export function openCreateDialog(): void {
  const address = new URL(window.location.href);
  address.searchParams.set(name, "1");
  window.history.pushState(null, "", address);
}

export function closeCreateDialog(): void {
  const address = new URL(window.location.href);
  address.searchParams.delete(name);
  window.history.replaceState(null, "", address);
}
