import { expect, it } from "vitest";
import { countText } from "@/lib/count-text";
import {
  dayText,
  dayYearText,
  exactTimeText,
  longDayText,
  timeText,
  weekdayText,
} from "@/lib/day-text";
import { dayMs } from "@/lib/time";

const formats = {
  day: new Intl.DateTimeFormat("en-US", { day: "numeric", timeZone: "UTC" }),
  month: new Intl.DateTimeFormat("en-US", { month: "short", timeZone: "UTC" }),
  long: new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" }),
  weekday: new Intl.DateTimeFormat("en-GB", { weekday: "short", timeZone: "UTC" }),
  time: new Intl.DateTimeFormat("en-GB", { timeStyle: "medium", timeZone: "UTC" }),
};

it("says each day of two years, a leap year among them, as the platform does", () => {
  const first = Date.parse("2027-01-01T00:07:09.999Z");
  for (let day = 0; day < 731; day += 1) {
    const at = new Date(first + day * dayMs + day * 117_000);
    const short = `${formats.day.format(at)} ${formats.month.format(at)}`;
    expect(dayText(at)).toBe(short);
    expect(dayYearText(at)).toBe(`${short} ${at.getUTCFullYear()}`);
    expect(longDayText(at)).toBe(formats.long.format(at));
    expect(weekdayText(at)).toBe(formats.weekday.format(at));
    expect(exactTimeText(at)).toBe(formats.time.format(at));
    expect(timeText(at)).toBe(formats.time.format(at).slice(0, 5));
  }
});

it("groups the digits of a count by three, exactly", () => {
  for (const count of [0, 7, 999, 1_000, 12_345, 412_906, 9_007_199_254_740_991, -1_234]) {
    expect(countText(count)).toBe(count.toLocaleString("en-US"));
  }
  expect(countText(12_345_678_901_234_567_890n)).toBe("12,345,678,901,234,567,890");
});
