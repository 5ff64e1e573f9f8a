import ipaddr from "ipaddr.js";

const imageData = /^data:image\/(png|jpeg|jpg|gif|webp);base64,/i;
const pdfData = /^data:application\/pdf;base64,/i;
const localNames = /(^|\.)(localhost|local|internal|localdomain|home\.arpa)$/;

/** Whether a host is one that only insiders reach: an upstream must never be sent there. */
function isInside(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  if (ipaddr.isValid(host)) return ipaddr.process(host).range() !== "unicast";
  return localNames.test(host) || !host.includes(".");
}

function webAddressProblem(text: string): string | null {
  // The parser drops blanks and control characters, so what it sees isn't what would be sent.
  if (!/^https:\/\/[^\s\\]+$/i.test(text) || !URL.canParse(text)) {
    return "must be an https or data address";
  }
  const url = new URL(text);
  if (url.username !== "" || url.password !== "") return "must not carry credentials";
  if (isInside(url.hostname)) return "must be a public address";
  return null;
}

function dataProblem(text: string, prefix: RegExpExecArray): string | null {
  const base64 = text.slice(prefix[0].length);
  if (base64 === "" || /[^A-Za-z0-9+/=_-]/.test(base64)) return "must hold base64 data";
  return null;
}

/** Why an image's address can't be handed on, or null. It is never fetched here. */
export function imageAddressProblem(text: string): string | null {
  const data = imageData.exec(text.slice(0, 64));
  return data ? dataProblem(text, data) : webAddressProblem(text);
}

/** The same for a document: https, or a PDF as data. */
export function documentAddressProblem(text: string): string | null {
  const data = pdfData.exec(text.slice(0, 64));
  return data ? dataProblem(text, data) : webAddressProblem(text);
}
