import "server-only";
import { hash, verify } from "@node-rs/argon2";
import { commonPasswords, commonRoots } from "@/lib/auth/common-passwords";
import { passwordCodePointsMax, passwordCodePointsMin } from "@/lib/auth/schema";
import { brand } from "@/lib/brand";

/** OWASP's argon2id minimum: 19 MiB, two passes, one lane. The library's default algorithm is argon2id. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** A hash of nothing anybody knows, at the same cost: unknown accounts take as long as known ones. */
const dummyHash =
  "$argon2id$v=19$m=19456,t=2,p=1$kufVVVivP9tquKRbHKQ1Lg$fOIwp8dG2NgXQij+NbXPhHSWPhWVEztsDyllVK76yuQ";

/** UTF-16 units that 256 code points can take, before anything else looks at the text. */
const unitsMax = 2 * passwordCodePointsMax;

/** What is left of a guessable password besides its words, in letters, before it counts as its own. */
const ownLettersMin = 4;

/** The same text for the same keys pressed, whatever the keyboard composed (NIST SP 800-63B). */
function normalizePassword(password: string): string {
  return password.normalize("NFKC");
}

/** True when the length is one we hash; checked first, because argon2 reads all it is given. */
function hasAcceptedLength(password: string): boolean {
  if (password.length > unitsMax) return false;
  const codePoints = [...password].length;
  return codePoints >= passwordCodePointsMin && codePoints <= passwordCodePointsMax;
}

/** Whose password it is to be; its words are no part of a good one. */
export interface PasswordOwner {
  name: string;
  email: string;
}

function accountWords(owner: PasswordOwner): string[] {
  const [local = "", domain = ""] = owner.email.split("@");
  const parts = [owner.name, local, domain, brand.name].flatMap((text) =>
    text.toLowerCase().split(/[^\p{L}\p{N}]+/u),
  );
  return [owner.email, local, domain, ...parts]
    .map((word) => normalizePassword(word).toLowerCase())
    .filter((word) => word.length >= 3)
    .sort((a, b) => b.length - a.length);
}

/** Takes the words out; null when none occurs. */
function withoutWords(text: string, words: readonly string[]): string | null {
  let rest = text;
  // A space keeps what stood on either side from forming a new word.
  for (const word of words) rest = rest.replaceAll(word, " ");
  return rest === text ? null : rest;
}

/**
 * What is wrong with a new password, as a sentence for its field; null when nothing is. There are no rules of
 * composition. Common ones are refused, and those that are little more than common words, words of the
 * account or of the brand, padded with digits and signs.
 */
export function findPasswordProblem(password: string, owner: PasswordOwner): string | null {
  if (!hasAcceptedLength(password)) {
    return `Use ${passwordCodePointsMin} to ${passwordCodePointsMax} characters.`;
  }
  const text = normalizePassword(password).toLowerCase();
  if (commonPasswords.has(text)) {
    return "This is one of the most common passwords. Choose another.";
  }
  const rest = withoutWords(text, [...accountWords(owner), ...commonRoots]);
  if (rest !== null && rest.replaceAll(/[^\p{L}]/gu, "").length < ownLettersMin) {
    return "This is easy to guess: a common word, or your name or email, and little else.";
  }
  return null;
}

/** argon2id in PHC form. Throws a RangeError for a length that the schema should have refused. */
export async function hashPassword(password: string): Promise<string> {
  if (!hasAcceptedLength(password)) throw new RangeError("password length");
  return await hash(normalizePassword(password), cost);
}

/**
 * True when `password` belongs to `passwordHash`. Without a hash (unknown account, or one without password) it
 * does the same work and answers false. A password longer than any of ours is refused unhashed.
 */
export async function verifyPassword(
  password: string,
  passwordHash: string | null,
): Promise<boolean> {
  if (password.length > unitsMax) return false;
  const matches = await verify(passwordHash ?? dummyHash, normalizePassword(password));
  return passwordHash !== null && matches;
}
