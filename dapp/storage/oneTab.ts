/**
 * Does some work while no other tab does what has this name: of several, one at a time. Browsers give locks to secure pages
 * only; without them, tabs may do the same work twice.
 */
export async function oneTab(name: string, work: () => Promise<void>): Promise<void> {
  await ("locks" in navigator ? navigator.locks.request(`tocsin-${name}`, work) : work());
}
