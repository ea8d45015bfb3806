/** Since this version of Linux the controller chooses resolvable addresses where it can: one for all that it sends. */
const LINK_LAYER_PRIVACY_SINCE = [6, 14] as const;
/** Kernels that carry the Bluetooth code of later versions under an older number. */
const BACKPORTED = /\.el\d/;
/** The same as an experiment, as BlueZ lists it in ExperimentalFeatures. */
const LINK_LAYER_PRIVACY = "15c0a148-c273-11ea-b3de-0242ac130004";

/**
 * Whether it is certain that the kernel, and not the controller, chooses the address of each advertisement.
 * @param release such as "6.12.34-rpi-v8"; what is not of that form makes nothing certain
 * @param experiments UUIDs of what is switched on besides, in any case
 */
export function choosesAddressesItself(release: string, experiments: readonly string[]): boolean {
  const [, major, minor] = /^(\d{1,3})\.(\d{1,3})(?:[.+_-][\w.+~-]*)?$/.exec(release) ?? [];
  if (major === undefined || minor === undefined || BACKPORTED.test(release)) return false;
  const [sinceMajor, sinceMinor] = LINK_LAYER_PRIVACY_SINCE;
  const isOlder = Number(major) < sinceMajor || (Number(major) === sinceMajor && Number(minor) < sinceMinor);
  return isOlder && !experiments.some((uuid) => uuid.toLowerCase() === LINK_LAYER_PRIVACY);
}
