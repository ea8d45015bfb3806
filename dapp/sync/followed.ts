import { MAX_SOURCES, sourceId, type Source } from "./source.ts";

/** Why a list of followed logs stays as it was. */
export type FollowRefusal = "duplicate" | "full";

/** Follows one more log. */
export function withSource(followed: readonly Source[], source: Source): Source[] | FollowRefusal {
  if (isFollowed(followed, source)) return "duplicate";
  return followed.length < MAX_SOURCES ? [...followed, source] : "full";
}

/** Follows a log in place of another, or the same one in another way. @param id of the source that is replaced */
export function withSourceInstead(
  followed: readonly Source[],
  id: string,
  source: Source,
): Source[] | FollowRefusal {
  const others = withoutSource(followed, id);
  if (isFollowed(others, source)) return "duplicate";
  // Another tab may have stopped following it meanwhile.
  if (others.length === followed.length) return withSource(followed, source);
  return followed.map((each) => (sourceId(each) === id ? source : each));
}

export function withoutSource(followed: readonly Source[], id: string): Source[] {
  return followed.filter((each) => sourceId(each) !== id);
}

function isFollowed(followed: readonly Source[], source: Source): boolean {
  return followed.some((each) => sourceId(each) === sourceId(source));
}
