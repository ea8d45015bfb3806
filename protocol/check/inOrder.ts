/**
 * Runs a task for each item, at most `width` at once, and gives their results in the items' order, each as soon as it and
 * all before it are there. After a failure or an early end no further task is begun.
 */
export async function* inOrder<T, R>(
  items: readonly T[],
  width: number,
  task: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const running: Promise<R>[] = [];
  let next = 0;
  while (next < items.length || running.length > 0) {
    while (running.length < width && next < items.length) {
      const begun = task(items[next++] as T);
      // A failure is seen when its turn comes; until then nobody waits for it.
      begun.catch(() => undefined);
      running.push(begun);
    }
    yield await (running.shift() as Promise<R>);
  }
}
