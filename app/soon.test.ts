import { isValidElement, type ReactNode } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { partSoon, soon, soonThere } from "@/app/soon";
import { SoonFrame, type SoonFrameProps } from "@/app/soon-frame";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Answers, or is refused, after so many milliseconds of the clock that the test turns. */
function after<Value>(ms: number, value: Value): Promise<Exclude<Value, Error>> {
  return new Promise((resolve, reject) => {
    setTimeout(() => {
      if (value instanceof Error) reject(value);
      else resolve(value as Exclude<Value, Error>);
    }, ms);
  });
}

/** What was answered once the clock has gone on, and whether it was by then. */
async function afterwards<Value>(ms: number, work: Promise<Value>) {
  const outcome: { value?: Value; error?: unknown } = {};
  work.then(
    (value) => Object.assign(outcome, { value }),
    (error: unknown) => Object.assign(outcome, { error }),
  );
  await vi.advanceTimersByTimeAsync(ms);
  return outcome;
}

function frameOf(node: ReactNode): SoonFrameProps {
  if (!isValidElement<SoonFrameProps>(node) || node.type !== SoonFrame) throw new Error("no frame");
  return node.props;
}

test("a page that is read soon comes whole, at once and without its skeleton", async () => {
  const { value } = await afterwards(200, soon(after(200, "page"), "skeleton"));
  expect(frameOf(value)).toEqual({ isLate: false, skeleton: null, children: "page" });
  expect(vi.getTimerCount()).toBe(0);
});

test("a page that takes long comes as its skeleton, and then as itself", async () => {
  const page = after(1_000, "page");
  const early = await afterwards(249, soon(page, "skeleton"));
  expect(early).toEqual({});
  await vi.advanceTimersByTimeAsync(1);
  expect(frameOf(early.value)).toEqual({ isLate: true, skeleton: "skeleton", children: page });
  await vi.advanceTimersByTimeAsync(1_000);
  await expect(page).resolves.toBe("page");
});

test("a page that leads elsewhere does so with a status of its own; what fails keeps the frame", async () => {
  const redirect = Object.assign(new Error("NEXT_REDIRECT"), {
    digest: "NEXT_REDIRECT;replace;/sign-in;307;",
  });
  expect(await afterwards(10, soon(after(10, redirect), "skeleton"))).toEqual({ error: redirect });

  const missing = after(10, Object.assign(new Error(), { digest: "NEXT_HTTP_ERROR_FALLBACK;404" }));
  const { value } = await afterwards(10, soon(missing, "skeleton"));
  expect(frameOf(value)).toEqual({ isLate: true, skeleton: "skeleton", children: missing });
  await expect(missing).rejects.toThrow();
});

test("a part comes within the page where it is read soon, else in a boundary of its own", async () => {
  const { value } = await afterwards(90, partSoon(after(90, "part"), "skeleton"));
  expect(frameOf(value)).toMatchObject({ isLate: false, children: "part" });

  const late = after(500, "part");
  const { value: waiting } = await afterwards(100, partSoon(late, "skeleton"));
  expect(frameOf(waiting)).toEqual({ isLate: true, skeleton: "skeleton", children: late });
  await vi.advanceTimersByTimeAsync(500);

  // A part that fails takes nothing with it: the boundary around it shows the failure.
  const failed = after(10, new Error("part"));
  const { value: left } = await afterwards(10, partSoon(failed, "skeleton"));
  expect(frameOf(left)).toEqual({ isLate: true, skeleton: "skeleton", children: failed });
  await expect(failed).rejects.toThrow("part");
});

test("what is not there soon is undefined, and what is refused soon throws", async () => {
  expect(await afterwards(100, soonThere(after(99, "figures")))).toEqual({ value: "figures" });
  const late = await afterwards(100, soonThere(after(101, "figures")));
  expect(late).toEqual({ value: undefined });
  const refusal = new Error("figures");
  expect(await afterwards(10, soonThere(after(10, refusal)))).toEqual({ error: refusal });
});
