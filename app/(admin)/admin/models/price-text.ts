import type { Price } from "@/lib/models/price";
import { nanosToDecimal } from "@/lib/money";

/** `$0.28` for a million tokens, with every digit. */
export function perMtokText(nanos: bigint): string {
  return `$${nanosToDecimal(nanos)}`;
}

/** `$0.28 in, $0.42 out` */
export function priceText({ inputNanosPerMtok, outputNanosPerMtok }: Price): string {
  return `${perMtokText(inputNanosPerMtok)} in, ${perMtokText(outputNanosPerMtok)} out`;
}

const minuteFormat = new Intl.DateTimeFormat("en-GB", {
  ...{ day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" },
  timeZone: "UTC",
});

/** `1 Dec 2026, 00:00 UTC` */
export function instantText(at: Date): string {
  return `${minuteFormat.format(at)} UTC`;
}
