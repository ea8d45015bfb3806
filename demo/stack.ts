import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createServer, preview, type Plugin, type PreviewServer, type ViteDevServer } from "vite";
import { startAnvil, type Account, type Anvil } from "../test/support/anvil.ts";
import { startRelayerProcess } from "../test/support/relayer.ts";
import { tocsin } from "./processes.ts";

const ROOT = join(import.meta.dirname, "..");
const DAPP = join(ROOT, "dapp");
/** Where a demo keeps its files; emptied when one starts. */
export const DEMO_FOLDER = join(ROOT, ".demo");

/** Everything that a community's warning system consists of, on this machine. */
export interface Stack {
  anvil: Anvil;
  registry: string;
  logId: string;
  relayer: string;
  dapp: string;
  /** Folder of the sample files. */
  folder: string;
  /** Folder of the relayer's database and blocks. */
  dataDir: string;
  logFile: string;
  stop: () => Promise<void>;
}

export interface StackOptions {
  /** How the dapp is served: as built, or by Vite's development server. */
  dapp: "built" | "dev";
  /** Emptied first; without one, `.demo` in the project. */
  folder?: string;
  /** Told what is being started, a line each. */
  tell?: (line: string) => void;
}

/** Starts a chain, deploys the registry, opens a log, starts a relayer and serves the dapp. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { folder = DEMO_FOLDER, tell = () => undefined } = options;
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const { anvil, registry, logId, key } = await startLog(stops, tell);
    const on = ["--rpc", anvil.url, "--registry", registry];
    const dataDir = join(folder, "relayer");
    const logFile = join(folder, "relayer.log");
    const times = [
      "--seal-at-least",
      "1",
      "--seal-every",
      "2",
      "--poll-interval",
      "1",
      "--anchor-within",
      "120",
    ];
    const flags = [...on, "--log", logId, "--data-dir", dataDir, "--port", "0", ...times];
    const relayer = await startRelayerProcess(flags, key, logFile);
    stops.push(() => relayer.stop());
    tell(`relayer     ${relayer.url}, SQLite and blocks in its data folder`);

    const settings = {
      name: "Demo",
      rpc: anvil.url,
      chainId: anvil.chainId,
      registry,
      logId: Number(logId),
      gateways: [relayer.url],
      relayer: relayer.url,
    };
    const dapp = await serveDapp(options.dapp, settings);
    stops.push(dapp.stop);
    tell(`dapp        ${dapp.url}`);
    return {
      anvil,
      registry,
      logId,
      relayer: relayer.url,
      dapp: dapp.url,
      folder,
      dataDir,
      logFile,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A chain with a registry and a log in it. */
export interface ChainWithLog {
  anvil: Anvil;
  registry: string;
  logId: string;
  operator: Account;
  /** The operator's key, as the environment of a command. */
  key: Record<string, string>;
}

/** Starts a chain, deploys the registry and opens a log. @param stops where ways to end what was started are put */
export async function startLog(
  stops: (() => Promise<void>)[],
  tell: (line: string) => void,
): Promise<ChainWithLog> {
  const anvil = await startAnvil(["--block-time", "1"]);
  stops.push(() => anvil.stop());
  tell(`chain       anvil, chain id ${anvil.chainId}, ${anvil.url}`);
  const operator = anvil.accounts[0] as Account;
  const key = { TOCSIN_PRIVATE_KEY: operator.privateKey };
  const deployed = await tocsin(["registry", "deploy", "--rpc", anvil.url, "--json"], key);
  const { registry } = JSON.parse(deployed) as { registry: string };
  tell(`registry    ReportRegistry at ${registry}`);
  const on = ["--rpc", anvil.url, "--registry", registry];
  const opened = await tocsin(["log", "open", ...on, "--uri", "https://demo.invalid", "--json"], key);
  const logId = String((JSON.parse(opened) as { logId: number }).logId);
  tell(`log         number ${logId}, operated by ${operator.address}`);
  return { anvil, registry, logId, operator, key };
}

/** Serves the dapp with first settings of its own. */
export async function serveDapp(
  mode: "built" | "dev",
  settings: object,
): Promise<{ url: string; stop: () => Promise<void> }> {
  const plugin = serveSettings(settings);
  const options = { root: DAPP, plugins: [plugin], logLevel: "warn" as const };
  if (mode === "dev") {
    const server = await createServer({ ...options, server: { host: "127.0.0.1" } });
    await server.listen();
    return { url: server.resolvedUrls?.local[0] ?? "", stop: () => server.close() };
  }
  const server = await preview({ ...options, preview: { host: "127.0.0.1", port: 4173 } });
  return { url: server.resolvedUrls?.local[0] ?? "", stop: () => server.close() };
}

/** The dapp asks its own origin for its first settings. */
function serveSettings(settings: object): Plugin {
  const serve = ({ middlewares }: Pick<ViteDevServer | PreviewServer, "middlewares">): void => {
    middlewares.use("/tocsin.json", (_request, response) => {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(settings));
    });
  };
  return { name: "tocsin-settings", configureServer: serve, configurePreviewServer: serve };
}
