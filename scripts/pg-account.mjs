import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { Problem } from "./problem.mjs";

/** @typedef {{ name: string, uid: number, gid: number }} Account */

/**
 * @param {string} name
 * @returns {Account | undefined}
 */
function findAccount(name) {
  const [uid, gid] = ["-u", "-g"].map((flag) => {
    const id = spawnSync("id", [flag, name], { encoding: "utf8" });
    return id.status === 0 ? Number(id.stdout) : Number.NaN;
  });
  if (!uid || !gid) return undefined;
  return { name, uid, gid };
}

/**
 * Who runs the server. PostgreSQL refuses to run as root, so root hands it to the account that
 * owns the data already, or to one that every system has.
 * @param {string} cluster the directory that holds the data, if it exists
 * @returns {Account | undefined} undefined when we aren't root and run it ourselves
 */
export function chooseAccount(cluster) {
  if (process.getuid?.() !== 0) return undefined;
  const owner = statSync(cluster, { throwIfNoEntry: false });
  if (owner && owner.uid !== 0)
    return { name: `user ${owner.uid}`, uid: owner.uid, gid: owner.gid };
  const account = findAccount("postgres") ?? findAccount("nobody");
  if (account) return account;
  throw new Problem(
    "PostgreSQL doesn't run as root, and there is no user postgres or nobody to run it. " +
      "Create one (useradd --system postgres), start as another user, or set DATABASE_URL.",
  );
}

/**
 * Whether an account can get into a directory; asked by trying, since modes aren't the whole truth.
 * @param {Account} account
 * @param {string} directory
 */
export function canEnter(account, directory) {
  const attempt = spawnSync("/bin/sh", ["-c", 'cd "$1"', "sh", directory], {
    uid: account.uid,
    gid: account.gid,
    cwd: "/",
    stdio: "ignore",
  });
  return attempt.status === 0;
}
