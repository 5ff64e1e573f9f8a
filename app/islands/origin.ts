/** The same as a script that runs at the end of a page, before it is drawn. */
export const originScript =
  'document.querySelectorAll("[data-api-origin]").forEach(e=>{e.textContent=location.origin})';

/** The API answers on the host that the reader is on, whatever its name and port. */
export function fillOrigins(): void {
  for (const element of document.querySelectorAll("[data-api-origin]")) {
    element.textContent = window.location.origin;
  }
}
