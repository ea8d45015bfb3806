import type { Plugin, Rolldown } from "vite";

/**
 * Builds each catalogue in two parts: the texts of the modules that `entry` imports, directly or through others, and those
 * of what is loaded later. Most people use a few screens of many, and a phone should not load the words of all of them
 * before it shows the first.
 */
export function splitTexts(entry: string): Plugin {
  let isBuild = false;
  return {
    name: "split-texts",
    enforce: "pre",
    configResolved: ({ command }) => void (isBuild = command === "build"),
    async transform(code, id) {
      const part = /\.json\?texts=(first|rest)$/.exec(id)?.[1];
      if (part === undefined) return null;
      // The development server gives all of it at once.
      if (!isBuild) return { code: `export default ${code};`, moduleType: "js" };
      const sources = await sourcesFrom(this, (await this.resolve(entry))!.id, new Map());
      const isFirst = (message: string): boolean => sources.includes(JSON.stringify(message).slice(1, -1));
      const texts = Object.entries(JSON.parse(code) as Record<string, string>);
      const chosen = texts.filter(([message]) => isFirst(message) === (part === "first"));
      return { code: `export default ${JSON.stringify(Object.fromEntries(chosen))};`, moduleType: "js" };
    },
  };
}

/** The sources of a module and of all that it imports, with literals that stand in several parts joined. */
async function sourcesFrom(
  context: Rolldown.TransformPluginContext,
  file: string,
  seen: Map<string, string>,
): Promise<string> {
  if (seen.has(file)) return "";
  seen.set(file, "");
  const source = await context.fs.readFile(file, { encoding: "utf8" });
  seen.set(file, source.replace(/"\s*\+\s*"/g, ""));
  for (const [, specifier] of source.matchAll(/^import (?!type )[^;]*?"(\.[^"]+\.tsx?)";/gm)) {
    const found = await context.resolve(specifier!, file);
    if (found) await sourcesFrom(context, found.id, seen);
  }
  return [...seen.values()].join("\n");
}
