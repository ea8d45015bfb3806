/** What browsers call the permission to ask programs of this device; names have changed, and unknown ones are refused. */
const PERMISSIONS = ["loopback-network", "local-network-access"];

/**
 * Why the browser keeps this page from asking at an address of this device: UNSUPPORTED where it never lets a page from
 * elsewhere ask there, BLOCKED where the user, or somebody for them, refused it. Undefined where neither is so.
 */
export async function whyBlocked(url: string): Promise<"UNSUPPORTED" | "BLOCKED" | undefined> {
  // WebKit, which names Apple as its maker, takes http on this device for as unsafe as anywhere.
  const isWebKit = navigator.vendor.startsWith("Apple");
  if (isWebKit && location.protocol === "https:" && url.startsWith("http:")) return "UNSUPPORTED";
  const states = PERMISSIONS.map(async (name) => {
    try {
      return (await navigator.permissions.query({ name: name as PermissionName })).state;
    } catch {
      return "unknown";
    }
  });
  return (await Promise.all(states)).includes("denied") ? "BLOCKED" : undefined;
}
