import { BluezRadio } from "./bluez/bluezRadio.ts";
import { Pages } from "./bridge/pages.ts";
import { Pairings } from "./bridge/pairings.ts";
import { startBridge } from "./bridge/server.ts";
import { ContactStore } from "./contacts/contactStore.ts";
import { dataFolderAt, holdDataFolder } from "./control/dataFolder.ts";
import { startControl } from "./control/server.ts";
import { Keyring } from "./keys/keyring.ts";
import type { Clock } from "./ports/clock.ts";
import type { Radio } from "./ports/radio.ts";
import { Recorder } from "./recorder.ts";
import { systemClock } from "./systemClock.ts";

/** What a recorder is started with. */
export interface RecorderConfig {
  /** Folder of keys, contacts and pairings; made where it is missing. */
  dataDir: string;
  /** Such as "hci0"; left out: the first that there is. */
  adapter?: string | undefined;
  /** BlueZ's configuration file, from which its privacy setting is read. */
  bluezConfig: string;
  /** Of the bridge on 127.0.0.1, 0 for a free one; left out: no bridge. */
  port?: number | undefined;
  /** Of the keys file, where it is sealed. */
  passphrase?: string | undefined;
  /** Seconds that the radio listens, and that it pauses after. */
  listenFor: number;
  pauseFor: number;
}

/** A recorder that runs. */
export interface RecorderApp {
  /** Where pages reach it; undefined without a bridge. */
  bridgeUrl: string | undefined;
  /** Takes the number off the air, writes down what was heard and closes everything. */
  stop(): Promise<void>;
}

/**
 * Puts the recorder together and starts it: the only place that knows which radio serves the port.
 * @throws RecorderError, and then nothing of it runs
 */
export async function startApp(
  config: RecorderConfig,
  parts: { radio?: Radio; clock?: Clock; note?: (line: string) => void } = {},
): Promise<RecorderApp> {
  const { clock = systemClock, note = () => undefined } = parts;
  const { adapter, bluezConfig, listenFor, pauseFor, passphrase, port } = config;
  const folder = dataFolderAt(config.dataDir);
  /** What ends the parts that run, the latest last. */
  const ends: (() => void | Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    ends.push(holdDataFolder(folder));
    const keyring = await Keyring.open(folder.keys, passphrase);
    const contacts = ContactStore.open(folder.contacts);
    ends.push(() => contacts.close());
    const pairings = Pairings.open(folder.pairings);
    const radio = parts.radio ?? new BluezRadio({ adapter, privacyConfig: bluezConfig, clock });
    const recorder = await Recorder.start({ radio, clock, keyring, contacts, listenFor, pauseFor, note });
    ends.push(() => recorder.stop());
    const pages = new Pages({ recorder, pairings, clock, note });
    const bridge = port === undefined ? undefined : await startBridge({ recorder, pages, clock, port, note });
    if (bridge) ends.push(() => bridge.close());
    const bridgeUrl = bridge?.url;
    ends.push(await startControl({ recorder, pages, bridgeUrl, socket: folder.socket }));
    return { bridgeUrl, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
