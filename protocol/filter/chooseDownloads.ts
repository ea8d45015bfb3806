/** One batch of so many is downloaded whole, whatever its filter says. */
const BATCHES_PER_DOWNLOAD = 8;

/**
 * Which of the batches that a light client checks it downloads whole: those whose filter hit, and decoys drawn from the
 * others, in random order. How many it is says nothing of the hits, unless they are more than one in eight: then it
 * doubles until they fit.
 *
 * A batch must be chosen over once only: of two choices that a reader sees, the hits are what both have in common.
 * @param batches how many there are, at least as many as hits
 * @param hits positions below `batches`, each once
 * @returns positions, in the order to download
 */
export function chooseDownloads(batches: number, hits: readonly number[]): number[] {
  let wanted = Math.ceil(batches / BATCHES_PER_DOWNLOAD);
  while (wanted < hits.length) wanted *= 2;
  const hit = new Set(hits);
  const others = Array.from({ length: batches }, (_, i) => i).filter((position) => !hit.has(position));
  const decoys = shuffled(others).slice(0, Math.max(0, wanted - hits.length));
  return shuffled([...hits, ...decoys]);
}

function shuffled(values: readonly number[]): number[] {
  const result = [...values];
  const random = new Uint32Array(1);
  for (let i = result.length - 1; i > 0; i--) {
    crypto.getRandomValues(random);
    const j = Math.floor(((random[0] as number) / 2 ** 32) * (i + 1));
    [result[i], result[j]] = [result[j] as number, result[i] as number];
  }
  return result;
}
