const patternCharactersMax = 500;
const textCharactersMax = 2_000;
const repetitionsMax = 200;
const depthMax = 20;

/** What an escaped letter stands for, by one of its characters; empty for places between them. */
const escapes: Record<string, string> = {
  d: "0",
  D: "a",
  w: "a",
  W: "-",
  s: " ",
  S: "a",
  b: "",
  B: "",
  t: "\t",
  n: "\n",
  r: "\r",
  f: "\f",
  v: "\v",
};

/** Ranges of the classes that escapes name, as far as a negated class has to know them. */
const escapedRanges: Record<string, [string, string][]> = {
  d: [["0", "9"]],
  w: [
    ["a", "z"],
    ["A", "Z"],
    ["0", "9"],
    ["_", "_"],
  ],
  s: [
    [" ", " "],
    ["\t", "\r"],
  ],
};

class Unsupported extends Error {}

/**
 * Reads a pattern and writes a text that it matches, in one go. The pattern is never run: a caller's
 * regular expression could take for ever.
 */
class PatternReader {
  private at = 0;

  constructor(
    private readonly pattern: string,
    /** How often to repeat what may be repeated, beyond what must be. */
    private readonly extra: number,
  ) {}

  read(): string {
    const text = this.alternatives(0);
    if (this.at < this.pattern.length) throw new Unsupported();
    return text;
  }

  private peek(): string {
    return this.pattern.charAt(this.at);
  }

  private take(text: string): boolean {
    if (!this.pattern.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  /** The first of them; the others are read and left. */
  private alternatives(depth: number): string {
    if (depth > depthMax) throw new Unsupported();
    const first = this.sequence(depth);
    while (this.take("|")) this.sequence(depth);
    return first;
  }

  private sequence(depth: number): string {
    let text = "";
    while (this.at < this.pattern.length && this.peek() !== "|" && this.peek() !== ")") {
      const piece = this.atom(depth);
      text += piece.repeat(Math.min(this.repetitions(), textCharactersMax));
      if (text.length > textCharactersMax) throw new Unsupported();
    }
    return text;
  }

  private repetitions(): number {
    const [whole, least, most] = this.quantifier();
    this.at += whole;
    if (whole > 0) this.take("?");
    return Math.min(Math.max(least, Math.min(most, least + this.extra)), repetitionsMax);
  }

  /** Its length in the pattern, and the least and the most that it allows. */
  private quantifier(): [length: number, least: number, most: number] {
    switch (this.peek()) {
      case "*":
        return [1, 0, Number.POSITIVE_INFINITY];
      case "+":
        return [1, 1, Number.POSITIVE_INFINITY];
      case "?":
        return [1, 0, 1];
    }
    const counted = /^\{(\d{1,4})(,?)(\d{0,4})\}/.exec(this.pattern.slice(this.at, this.at + 12));
    if (!counted) return [0, 1, 1];
    const [whole, least, comma, most] = counted;
    const atMost =
      comma === "" ? Number(least) : most === "" ? Number.POSITIVE_INFINITY : Number(most);
    return [whole.length, Number(least), atMost];
  }

  private atom(depth: number): string {
    if (this.take("^") || this.take("$")) return "";
    if (this.take(".")) return "a";
    if (this.take("[")) return this.characterClass();
    if (this.take("\\")) return this.escape().text;
    if (this.take("(")) return this.group(depth);
    const [character = ""] = this.pattern.slice(this.at, this.at + 2);
    this.at += character.length;
    return character;
  }

  private group(depth: number): string {
    const named = /^\?(?::|<[A-Za-z]\w*>)/.exec(this.pattern.slice(this.at, this.at + 60));
    if (named) this.at += named[0].length;
    else if (this.peek() === "?") throw new Unsupported();
    const text = this.alternatives(depth + 1);
    if (!this.take(")")) throw new Unsupported();
    return text;
  }

  private escape(): { text: string; ranges: [string, string][] } {
    const code = /^(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))/.exec(this.pattern.slice(this.at));
    if (code) {
      this.at += code[0].length;
      const text = String.fromCharCode(Number.parseInt(code[1] ?? code[2] ?? "", 16));
      return { text, ranges: [[text, text]] };
    }
    const letter = this.peek();
    this.at++;
    if (letter === "" || /[1-9kpPuxc]/.test(letter)) throw new Unsupported();
    const text = escapes[letter] ?? letter;
    return { text, ranges: escapedRanges[letter] ?? [[text, text]] };
  }

  private characterClass(): string {
    const isNegated = this.take("^");
    const ranges: [string, string][] = [];
    let first: string | null = null;
    while (!this.take("]")) {
      if (this.at >= this.pattern.length) throw new Unsupported();
      const low = this.member();
      first ??= low.text;
      if (this.peek() === "-" && this.pattern.charAt(this.at + 1) !== "]") {
        this.at++;
        ranges.push([low.text, this.member().text]);
      } else {
        ranges.push(...low.ranges);
      }
    }
    if (!isNegated) {
      // Nothing is in an empty class.
      if (first === null) throw new Unsupported();
      return first;
    }
    const isIn = (c: string) => ranges.some(([low, high]) => c >= low && c <= high);
    const outside = [..."aA0-_ .~é"].find((character) => !isIn(character));
    if (outside === undefined) throw new Unsupported();
    return outside;
  }

  private member(): { text: string; ranges: [string, string][] } {
    if (this.take("\\")) return this.escape();
    const text = this.peek();
    this.at++;
    return { text, ranges: [[text, text]] };
  }
}

/**
 * A text of at least `lengthMin` characters that matches a pattern without look-around and back
 * references; null for one that it can't read.
 */
export function matchFor(pattern: string, lengthMin: number): string | null {
  if (pattern.length > patternCharactersMax) return null;
  try {
    let text = "";
    for (let extra = 0; extra <= repetitionsMax; extra = extra * 2 + 1) {
      text = new PatternReader(pattern, extra).read();
      if (text.length >= lengthMin) break;
    }
    return text;
  } catch (error) {
    if (error instanceof Unsupported) return null;
    throw error;
  }
}
