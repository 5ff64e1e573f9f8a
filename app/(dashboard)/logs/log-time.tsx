import { exactTimeText } from "@/components/relative-time-text";
import { wallClock } from "@/lib/usage/zone";

const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** `21 Nov 14:03:22` in a zone. By hand, so that server and browser write it the same way. */
export function clockText(at: Date, zone: string): string {
  const { day, time } = wallClock(zone, at);
  const month = months[Number(day.slice(5, 7)) - 1];
  return `${day.slice(8)} ${month} ${time}:${String(at.getUTCSeconds()).padStart(2, "0")}`;
}

export function LogTime({ at, zone }: { at: string; zone: string }) {
  const instant = new Date(at);
  return (
    <time dateTime={at} title={exactTimeText(instant)}>
      {clockText(instant, zone)}
    </time>
  );
}
