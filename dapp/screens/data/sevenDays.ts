/**
 * Whether the browser deletes what a page stored when nobody visited it for seven days. Every browser on WebKit does,
 * which names Apple as its maker also on an iPhone under another brand; a page that is used from the home screen is spared.
 */
export function deletesAfterSevenDays(): boolean {
  const isWebKit = navigator.vendor.startsWith("Apple");
  const { standalone = false } = navigator as { standalone?: boolean };
  return isWebKit && !standalone && !matchMedia("(display-mode: standalone)").matches;
}
