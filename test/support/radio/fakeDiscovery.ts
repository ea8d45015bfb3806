import type { FakeDevices } from "./fakeDevices.ts";
import { BluezFailure, type DaemonParts } from "./fakeInterface.ts";
import type { SimulatedAdapter } from "./simulatedAdapter.ts";
import type { Reception } from "./simulatedAir.ts";

interface Filter {
  uuids: readonly string[];
  /** dBm that it must be heard with. */
  rssi: number;
  transport: string;
  isToldEveryTime: boolean;
}

interface Session {
  filter: Filter | undefined;
  isDiscovering: boolean;
  forget: () => void;
}

/** Who listens on an adapter, and for what. The adapter scans as long as one client wants it to. */
export class FakeDiscovery {
  readonly #daemon: DaemonParts;
  readonly #adapter: SimulatedAdapter;
  readonly #devices: FakeDevices;
  readonly #sessions = new Map<string, Session>();
  /** Called when the scan begins or ends. */
  onChange: () => void = () => undefined;

  constructor(daemon: DaemonParts, adapter: SimulatedAdapter, devices: FakeDevices) {
    this.#daemon = daemon;
    this.#adapter = adapter;
    this.#devices = devices;
  }

  get isRunning(): boolean {
    return [...this.#sessions.values()].some(({ isDiscovering }) => isDiscovering);
  }

  setFilter(client: string, options: unknown): void {
    this.#checkPower();
    const filter = readFilter(options);
    const session = this.#sessions.get(client);
    if (session !== undefined) session.filter = filter;
    else this.#open(client, filter);
  }

  start(client: string): void {
    this.#checkPower();
    const session = this.#sessions.get(client) ?? this.#open(client, undefined);
    if (session.isDiscovering) throw new BluezFailure("InProgress", "Operation already in progress");
    const wasRunning = this.isRunning;
    session.isDiscovering = true;
    if (wasRunning) return;
    this.#adapter.scan((reception) => this.#heard(reception));
    this.onChange();
  }

  stop(client: string): void {
    this.#checkPower();
    if (this.#sessions.get(client)?.isDiscovering !== true) {
      throw new BluezFailure("Failed", "No discovery started");
    }
    this.#close(client);
  }

  /** Without power, or without the daemon, all clients have to begin again. */
  endAll(): void {
    for (const client of this.#sessions.keys()) this.#close(client);
  }

  #open(client: string, filter: Filter | undefined): Session {
    const forget = this.#daemon.clients.onLeave(client, () => this.#close(client));
    const session: Session = { filter, isDiscovering: false, forget };
    this.#sessions.set(client, session);
    return session;
  }

  #close(client: string): void {
    const session = this.#sessions.get(client);
    session?.forget();
    this.#sessions.delete(client);
    if (session?.isDiscovering !== true || this.isRunning) return;
    this.#adapter.stopScanning();
    this.#devices.discoveryEnded();
    this.onChange();
  }

  #heard(reception: Reception): void {
    const interested = [...this.#sessions.values()].filter(
      ({ isDiscovering, filter }) => isDiscovering && matches(filter, reception),
    );
    if (interested.length === 0) return;
    const isToldEveryTime = interested.some(({ filter }) => filter?.isToldEveryTime === true);
    this.#devices.heard(reception, isToldEveryTime);
  }

  #checkPower(): void {
    if (!this.#adapter.isPowered) throw new BluezFailure("NotReady", "Resource Not Ready");
  }
}

/** Undefined where the client takes its filter back. @throws BluezFailure */
function readFilter(options: unknown): Filter | undefined {
  const given = options as Record<string, unknown>;
  if (Object.keys(given).length === 0) return undefined;
  const invalid = new BluezFailure("InvalidArguments", "Invalid arguments in method call");
  const types: Record<string, string> = {
    RSSI: "number",
    Pathloss: "number",
    Transport: "string",
    DuplicateData: "boolean",
    Discoverable: "boolean",
    Pattern: "string",
  };
  for (const [name, value] of Object.entries(given)) {
    if (name === "UUIDs" ? !Array.isArray(value) : typeof value !== types[name]) throw invalid;
  }
  const { UUIDs = [], RSSI, Pathloss, Transport = "auto", DuplicateData = false } = given;
  if (RSSI !== undefined && Pathloss !== undefined) throw invalid;
  if (!["auto", "le", "bredr"].includes(Transport as string)) throw invalid;
  return {
    uuids: (UUIDs as unknown[]).map((uuid) => String(uuid).toLowerCase()),
    rssi: (RSSI as number | undefined) ?? -128,
    transport: Transport as string,
    isToldEveryTime: DuplicateData as boolean,
  };
}

/** Without a filter only those count that say that they may be found. */
function matches(filter: Filter | undefined, { advertised, rssi }: Reception): boolean {
  if (filter === undefined) return advertised.others.flags !== undefined;
  if (filter.transport === "bredr" || rssi < filter.rssi) return false;
  return filter.uuids.length === 0 || filter.uuids.some((uuid) => advertised.serviceUuids.includes(uuid));
}
