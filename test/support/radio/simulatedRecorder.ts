// A program: the real recorder, in simulated time. Settings come from the environment, as those of the real command do,
// the bus from DBUS_SYSTEM_BUS_ADDRESS and the time from AcceleratedClock. Says on stdout, as JSON, where pages reach it.
// Where time stands, stdin says when it begins.
import type { Socket } from "node:net";
import { text } from "node:stream/consumers";
import { startApp } from "../../../recorder/app.ts";
import { BluezRadio } from "../../../recorder/bluez/bluezRadio.ts";
import { readSettings } from "../../../recorder/cli/settings.ts";
import { AcceleratedClock } from "./acceleratedClock.ts";

const clock = AcceleratedClock.fromEnvironment(process.env);
if (clock.isStanding) {
  void text(process.stdin).then((startedAt) => clock.begin(Number(startedAt)));
  // Who is told to stop does not wait for it.
  (process.stdin as Socket).unref();
}
const { listen, pause, ...settings } = readSettings(
  {},
  "dataDir",
  "adapter",
  "bluezConfig",
  "port",
  "listen",
  "pause",
);
const radio = new BluezRadio({
  adapter: settings.adapter,
  privacyConfig: settings.bluezConfig,
  kernelRelease: process.env.TOCSIN_SIMULATED_KERNEL,
  clock,
});
const app = await startApp(
  { ...settings, listenFor: listen, pauseFor: pause },
  { radio, clock, note: (line) => console.error(line) },
);
process.once("SIGTERM", () => void app.stop());
console.log(JSON.stringify({ bridgeUrl: app.bridgeUrl }));
