import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { createClient, type MessageBus } from "dbus-native";
import { describe, expect, test, vi } from "vitest";
import { startPrivateBus } from "./privateBus.ts";

const connect = async (address: string): Promise<MessageBus> => {
  const bus = createClient({ busAddress: address });
  await bus.listNames();
  return bus;
};

describe.each([undefined, "broker"] as const)("a private bus (%s)", (kind) => {
  test("carries calls between two connections, and leaves nothing behind", async () => {
    const bus = await startPrivateBus(kind);
    const [server, client] = [await connect(bus.address), await connect(bus.address)];
    await server.requestName("org.example.Echo", 0);
    const echo = { Say: (text: string) => text.toUpperCase() };
    server.exportInterface(echo, "/echo", {
      name: "org.example.Echo",
      methods: { Say: ["s", "s", ["text"], ["answer"]] },
    });
    const answer: unknown = await client.invoke({
      destination: "org.example.Echo",
      path: "/echo",
      interface: "org.example.Echo",
      member: "Say",
      signature: "s",
      body: ["hello"],
    });
    expect(answer).toBe("HELLO");
    await client.close();
    await server.close();
    await bus.close();
    const socket = /unix:path=([^,;]+)/.exec(bus.address)![1]!;
    expect(existsSync(dirname(socket))).toBe(false);
  });
});

test("a dbus-daemon that does not start gives way to the broker", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tocsin-path-"));
  writeFileSync(join(folder, "dbus-daemon"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
  vi.stubEnv("PATH", [folder, process.env.PATH].join(delimiter));
  const bus = await startPrivateBus();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
  expect(bus.kind).toBe("broker");
  await bus.close();
});

test("each bus is its own", async () => {
  const [one, other] = [await startPrivateBus(), await startPrivateBus()];
  const [a, b] = [await connect(one.address), await connect(other.address)];
  await a.requestName("org.bluez", 0);
  expect(await b.nameHasOwner("org.bluez")).toBe(false);
  await a.close();
  await b.close();
  await one.close();
  await other.close();
});

test("a bus ends with the process that started it, however that ends", async () => {
  const program = `
    import { startPrivateBus } from ${JSON.stringify(join(import.meta.dirname, "privateBus.ts"))};
    console.log((await startPrivateBus()).address);
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [printed] = (await once(child.stdout, "data")) as [Buffer];
  const path = /unix:path=([^,;]+)/.exec(printed.toString())![1]!;
  const answers = () =>
    new Promise<boolean>((resolve) => {
      const socket = createConnection(path, () => resolve(true)).once("error", () => resolve(false));
      socket.end();
    });
  expect(await answers()).toBe(true);
  child.kill("SIGKILL");
  await expect.poll(answers).toBe(false);
});
