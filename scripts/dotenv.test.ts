import { expect, test } from "vitest";
import { parseDotenv } from "./dotenv.mjs";

test("values lose their quotes and comments, and nothing else", () => {
  const text = `
# a comment
A=1
export B = "two words" # why
C='single # kept'
D=plain#kept # not kept
E=
not a line
`;
  expect(parseDotenv(text)).toEqual({
    A: "1",
    B: "two words",
    C: "single # kept",
    D: "plain#kept",
    E: "",
  });
});
