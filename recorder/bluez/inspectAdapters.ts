import { readFileSync, readdirSync } from "node:fs";
import { release } from "node:os";
import { join } from "node:path";
import { decodeAdapter, type Adapter } from "./adapters.ts";
import { Bus } from "./bus.ts";
import { ADAPTER_MISSING, explain } from "./failures.ts";
import { fault, judgeAdapter, judgePrivacy, type Finding } from "./judgeAdapter.ts";
import { BLUEZ, OBJECT_MANAGER } from "./names.ts";
import { readPrivacy } from "./privacy.ts";
import { decodeObjects } from "./values.ts";

/**
 * Looks at Bluetooth on this machine and changes nothing. Never rejects: what is wrong is a finding.
 * @param options privacyConfig: BlueZ's main.conf. The others are the system's where they are left out
 */
export async function inspectAdapters(options: {
  privacyConfig: string;
  busAddress?: string | undefined;
  rfkill?: string | undefined;
  kernelRelease?: string | undefined;
}): Promise<Finding[]> {
  try {
    const { adapters, pid } = await look(options.busAddress);
    const privacy = readPrivacy(options.privacyConfig, pid);
    const surroundings = { privacy, kernelRelease: options.kernelRelease ?? release() };
    const blocked = readBlocked(options.rfkill ?? "/sys/class/rfkill");
    return [
      { code: "BLUETOOTH_READY", level: "ok", sentence: "BlueZ runs, and this user may use it" },
      ...judgePrivacy(privacy),
      ...(adapters.length === 0 ? [fault("ADAPTER_MISSING", ADAPTER_MISSING)] : []),
      ...adapters.flatMap((adapter) => judgeAdapter(adapter, surroundings, blocked)),
    ];
  } catch (error) {
    const { code, message } = explain(error);
    return [fault(code, message)];
  }
}

async function look(
  busAddress: string | undefined,
): Promise<{ adapters: Adapter[]; pid: number | undefined }> {
  const bus = await Bus.connect(busAddress);
  try {
    const call = { path: "/", interface: OBJECT_MANAGER, member: "GetManagedObjects" };
    const objects = decodeObjects(await bus.call(call));
    const pid = await bus.ask("GetConnectionUnixProcessID", "s", [BLUEZ]).catch(() => undefined);
    const adapters = [...objects].map(([path, interfaces]) => decodeAdapter(path, interfaces));
    return {
      adapters: adapters.filter((adapter) => adapter !== undefined),
      pid: typeof pid === "number" ? pid : undefined,
    };
  } finally {
    await bus.close();
  }
}

/** Names of the adapters that the kernel keeps off. Empty where it cannot be read. */
export function readBlocked(folder: string): Set<string> {
  try {
    const read = (entry: string, file: string): string =>
      readFileSync(join(folder, entry, file), "utf8").trim();
    const blocked = readdirSync(folder).filter(
      (entry) => read(entry, "soft") === "1" || read(entry, "hard") === "1",
    );
    return new Set(blocked.map((entry) => read(entry, "name")));
  } catch {
    return new Set();
  }
}
