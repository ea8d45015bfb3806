import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createBroker } from "dbus-native";

/** A message bus of a test's own. */
export interface PrivateBus {
  /** As in DBUS_SYSTEM_BUS_ADDRESS. */
  address: string;
  /** What runs it: the machine's dbus-daemon, or, where there is none, a broker in this process. */
  kind: "dbus-daemon" | "broker";
  /** Ends it and every connection to it; leaves no files. */
  close(): Promise<void>;
}

const configuration = (socket: string): string => `<!DOCTYPE busconfig PUBLIC
  "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=${socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
    <allow own="*"/>
  </policy>
  <limit name="max_match_rules_per_connection">50000</limit>
</busconfig>
`;

/** @param kind the broker, even where the machine has a dbus-daemon */
export async function startPrivateBus(kind?: "broker"): Promise<PrivateBus> {
  const daemon = kind === "broker" ? undefined : await startDaemon();
  return daemon ?? startBroker();
}

/**
 * Ends the daemon and removes its folder when its standard input closes: also when a test run is killed. Only the daemon
 * keeps standard output open, so that its end shows when it does not start.
 */
const watched = `
command -v dbus-daemon > /dev/null || exit 1
dbus-daemon --config-file="$1/bus.conf" --nofork --nosyslog --print-address &
exec >&-
read -r _
kill $!
wait
rm -r "$1"`;

/** Undefined where the machine has none, or it does not start. */
async function startDaemon(): Promise<PrivateBus | undefined> {
  const folder = mkdtempSync(join(tmpdir(), "tocsin-bus-"));
  writeFileSync(join(folder, "bus.conf"), configuration(join(folder, "bus")));
  const shell = spawn("sh", ["-c", watched, "sh", folder], { stdio: ["pipe", "pipe", "ignore"] });
  const exited = once(shell, "exit");
  // It may have ended already.
  shell.stdin.on("error", () => undefined);
  const close = async (): Promise<void> => {
    shell.stdin.end();
    await exited;
    rmSync(folder, { recursive: true, force: true });
  };
  const address = await firstLine(shell);
  if (address !== undefined) return { address, kind: "dbus-daemon", close };
  await close();
  return undefined;
}

/** Undefined when the program ends before it says anything. */
function firstLine(shell: ChildProcess): Promise<string | undefined> {
  return new Promise((resolve) => {
    let text = "";
    shell.stdout!.on("end", () => resolve(undefined));
    shell.stdout!.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      if (text.includes("\n")) resolve(text.slice(0, text.indexOf("\n")));
    });
  });
}

async function startBroker(): Promise<PrivateBus> {
  const folder = mkdtempSync(join(tmpdir(), "tocsin-bus-"));
  const broker = createBroker();
  const address = await new Promise<string>((resolve, reject) => {
    broker.listen({ socket: join(folder, "bus") }, (error, where) => {
      if (error === null) resolve(where);
      else reject(error);
    });
  });
  return {
    address,
    kind: "broker",
    close: async () => {
      await new Promise<void>((resolve) => broker.close(() => resolve()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
