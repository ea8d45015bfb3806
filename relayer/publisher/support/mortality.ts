/** How long a process lives: so many steps, each the moment before or after something that it awaits. */
export interface Life {
  stepsLeft: number;
}

/** What a dead process gets from everything that it calls. */
class Dead extends Error {}

/**
 * Lets a process die between any two steps that it awaits: before what it called was done, or after that and before
 * it heard of it. From then on nothing that it calls has any effect.
 */
export function mortal(life: Life): <T extends object>(outside: T) => T {
  const step = (): void => {
    if (life.stepsLeft <= 0) throw new Dead("the process was killed");
    life.stepsLeft--;
  };
  return (outside) =>
    new Proxy(outside, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key, target);
        if (typeof value !== "function") return value;
        return (...args: unknown[]): unknown => {
          if (key === "gasLimitOf") return Reflect.apply(value, target, args);
          return (async () => {
            step();
            const result: unknown = await Reflect.apply(value, target, args);
            step();
            return result;
          })();
        };
      },
    });
}
