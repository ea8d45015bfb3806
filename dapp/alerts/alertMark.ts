/** What the user said of an exposure. Times are unix seconds. */
export interface AlertMark {
  /** The exposure's id, which is the same in every check. */
  id: string;
  readAt?: number;
  /** It is not shown any more, though later checks find it again. */
  deletedAt?: number;
  /** The user says that it cannot be right. It is still shown. */
  doubtedAt?: number;
}

/** When the user last said something of it, unix seconds. */
export function markedAt({ readAt = 0, deletedAt = 0, doubtedAt = 0 }: AlertMark): number {
  return Math.max(readAt, deletedAt, doubtedAt);
}
