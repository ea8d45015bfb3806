import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { encodeUpload, UPLOAD_TYPE } from "@tocsin/protocol/upload/upload.ts";
import { randomReport, until } from "../support/relayerBench.ts";
import { startIntakeServer, type IntakeServer } from "./support/intakeServer.ts";

let running: IntakeServer | undefined;
const start = async (...options: Parameters<typeof startIntakeServer>): Promise<IntakeServer> =>
  (running = await startIntakeServer(...options));
afterEach(async () => {
  await running?.server.close();
});

const upload = (): Uint8Array => encodeUpload(randomReport(), (length) => new Uint8Array(length));

/** What somebody gets who comes meanwhile. */
async function post({ url }: IntakeServer): Promise<number> {
  const init = {
    method: "POST",
    body: upload() as unknown as string,
    headers: { "content-type": UPLOAD_TYPE },
  };
  return (await fetch(`${url}/v1/reports`, init)).status;
}

describe("slow and idle clients", () => {
  // Long enough that a machine which stops for a moment does not lose the request of somebody who is quick.
  const limits = {
    headersTimeout: 1_500,
    requestTimeout: 2_000,
    keepAliveTimeout: 1_500,
    connectionsCheckingInterval: 50,
  };
  const head = `POST /v1/reports HTTP/1.1\r\nhost: x\r\ncontent-type: ${UPLOAD_TYPE}\r\ncontent-length: 512\r\n\r\n`;

  async function open({ port }: IntakeServer): Promise<Socket> {
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    socket.on("error", () => undefined);
    return socket;
  }

  /** Not events.once, for which a reset connection is an error. */
  const closed = (socket: Socket): Promise<void> =>
    new Promise((resolve) => {
      socket.resume().once("close", () => {
        resolve();
      });
    });

  /** Sends byte after byte until the server has had enough of it. */
  async function drip(socket: Socket, text: string): Promise<void> {
    let sent = 0;
    const timer = setInterval(() => {
      if (!socket.destroyed && sent < text.length) socket.write(text[sent++]!);
    }, 20);
    await closed(socket);
    clearInterval(timer);
    expect(sent).toBeLessThan(text.length);
  }

  it.each([
    ["says nothing", "", ""],
    ["sends its headers byte by byte", "", head + "x".repeat(5_000)],
    ["sends its body byte by byte", head, "x".repeat(511) + "x".repeat(5_000)],
  ])("are dropped when one %s", { timeout: 20_000 }, async (_, first, rest) => {
    const server = await start({}, limits);
    const socket = await open(server);
    socket.write(first);
    if (rest === "") await closed(socket);
    else await drip(socket, rest);
    expect(server.database.groups).toEqual([]);
    expect(await post(server)).toBe(202);
  });

  it("are dropped when one keeps its connection and asks nothing more", async () => {
    const server = await start({}, limits);
    const socket = await open(server);
    socket.write(Buffer.concat([Buffer.from(head), upload()]));
    const [answer] = (await once(socket, "data")) as [Buffer];
    expect(answer.toString()).toContain("202 Accepted");
    await closed(socket);
  });

  it("do not shut others out, however many they are: who waits longest makes room", async () => {
    const server = await start({}, { maxConnections: 20 });
    const idle = await Promise.all(Array.from({ length: 60 }, () => open(server)));
    const sockets = idle.map((socket) => socket.resume());
    expect(await post(server)).toBe(202);
    const isOpen = (socket: Socket): boolean => !socket.destroyed && !socket.readableEnded;
    await until(
      async () => sockets.filter(isOpen).length,
      (count) => count <= 20,
    );
    expect(sockets.filter(isOpen).length).toBeGreaterThanOrEqual(15);
    for (const socket of sockets) socket.destroy();
  });

  it("have a wait of at most ten seconds or so where nothing else is set", async () => {
    const { server } = (await start()).server;
    expect(server.headersTimeout).toBeLessThanOrEqual(10_000);
    expect(server.requestTimeout).toBeLessThanOrEqual(10_000);
    expect(server.keepAliveTimeout).toBeLessThanOrEqual(10_000);
  });
});
