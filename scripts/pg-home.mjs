import { createHash } from "node:crypto";
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { canEnter, chooseAccount } from "./pg-account.mjs";
import { Problem } from "./problem.mjs";

/** @typedef {import("./pg-account.mjs").Account} Account */

/**
 * Where a server lives.
 * @typedef {object} Home
 * @property {string} asked the directory we were given; password and port are remembered here
 * @property {string} directory where the data is: the same, unless the account can't get there
 * @property {string} cluster PostgreSQL's own data directory, inside `directory`
 * @property {Account | undefined} account who runs the server; undefined means ourselves
 * @property {boolean} isLeftover data at the other place belongs to an asked directory that was
 *   deleted since, and has to go
 */

const pointerName = "MOVED.txt";

/**
 * Chooses the home of the server for a directory, and makes it.
 * @param {string} asked absolute
 * @param {{ isTemporary: boolean }} options
 * @returns {Home}
 */
export function settleHome(asked, { isTemporary }) {
  mkdirSync(asked, { recursive: true });
  const pointed = readPointer(asked);
  const account = chooseAccount(join(pointed ?? asked, "cluster"));
  if (!account) {
    checkOwnDirectory(asked);
    return { asked, directory: asked, cluster: join(asked, "cluster"), account, isLeftover: false };
  }
  const isNear = pointed === undefined && canEnter(account, dirname(asked));
  const directory = isNear ? asked : (pointed ?? chooseOtherPlace(asked, account, isTemporary));
  const isLeftover = !isNear && pointed === undefined && existsSync(directory);
  if (!isLeftover) giveTo(account, directory);
  return { asked, directory, cluster: join(directory, "cluster"), account, isLeftover };
}

/**
 * Makes a directory that only the account (and root) can use.
 * @param {Account} account
 * @param {string} directory
 */
export function giveTo(account, directory) {
  mkdirSync(directory, { recursive: true });
  chownSync(directory, account.uid, account.gid);
  chmodSync(directory, 0o700);
}

/**
 * Leaves a note in the asked directory that leads to the data.
 * @param {Home} home
 */
export function writePointer(home) {
  if (home.directory === home.asked) return;
  writeFileSync(
    join(home.asked, pointerName),
    `${home.directory}\n\nThe database of this directory is kept there: PostgreSQL doesn't run as root,\n` +
      `and ${home.account?.name} may not enter ${dirname(home.asked)}.\n`,
  );
}

/**
 * @param {string} asked
 * @returns {string | undefined}
 */
function readPointer(asked) {
  try {
    return readFileSync(join(asked, pointerName), "utf8").split("\n")[0];
  } catch {
    return undefined;
  }
}

/** @param {string} asked */
function checkOwnDirectory(asked) {
  try {
    accessSync(asked, constants.R_OK | constants.W_OK | constants.X_OK);
    const cluster = statSync(join(asked, "cluster"), { throwIfNoEntry: false });
    if (cluster === undefined || cluster.uid === process.getuid?.()) {
      chmodSync(asked, 0o700);
      return;
    }
  } catch {
    // Explained below.
  }
  throw new Problem(
    `${asked} belongs to another user. Start as that user, or set DATA_DIR to another directory.`,
  );
}

/**
 * A place that the account can enter, the same for the same asked directory at every start.
 * @param {string} asked
 * @param {Account} account
 * @param {boolean} isTemporary
 */
function chooseOtherPlace(asked, account, isTemporary) {
  const places = isTemporary ? [tmpdir(), "/var/tmp"] : ["/var/lib", "/var/tmp", tmpdir()];
  const place = places.find((candidate) => existsSync(candidate) && canEnter(account, candidate));
  if (place === undefined) {
    throw new Problem(
      `PostgreSQL runs as ${account.name}, who can't enter ${asked}. ` +
        "Set DATA_DIR to a directory that everybody may enter.",
    );
  }
  const hash = createHash("sha256").update(realpathSync(asked)).digest("hex").slice(0, 16);
  return join(place, `gatehouse-postgres-${hash}`);
}

/**
 * Deletes what a stopped server kept for a directory, wherever that is.
 * @param {string} asked
 */
export function removeHome(asked) {
  const pointed = readPointer(asked);
  if (pointed !== undefined) rmSync(pointed, { recursive: true, force: true });
  rmSync(asked, { recursive: true, force: true });
}
