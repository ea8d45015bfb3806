import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import ts from "typescript";

/** A file of this repository: its path from the root with forward slashes, and its text. */
export interface SourceFile {
  path: string;
  text: string;
}

/** One import: who imports, the specifier as written, and the file of this repository it means, if it means one. */
export interface Import {
  from: string;
  specifier: string;
  target: string | undefined;
}

const root = join(import.meta.dirname, "..", "..");

/** All files of the repository that git tracks or would track, with their text. */
export function repositoryFiles(): SourceFile[] {
  const listing = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  });
  return [...new Set(listing.split("\0"))]
    .filter((path) => path !== "" && existsSync(join(root, path)))
    .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}

/** Whether a file is TypeScript or JavaScript. */
export function isScript({ path }: SourceFile): boolean {
  return /\.[cm]?[jt]sx?$/.test(path);
}

/** Every import, re-export, `import()` and `require` in a file, types included: a type is a dependency too. */
export function importsOf(file: SourceFile): Import[] {
  return ts.preProcessFile(file.text, true, true).importedFiles.map(({ fileName }) => ({
    from: file.path,
    specifier: fileName,
    target: resolve(file.path, fileName),
  }));
}

function resolve(from: string, specifier: string): string | undefined {
  if (specifier.startsWith(".")) return posix.normalize(posix.join(dirname(from), specifier));
  return /^@tocsin\/(.+)$/.exec(specifier)?.[1];
}
