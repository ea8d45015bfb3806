import { useEffect, useRef, useState } from "react";
import { t } from "../../i18n/i18n.ts";
import { importFile } from "../../storage/files.ts";
import type { ImportKind, ImportResult } from "../../storage/importData.ts";

const MAX_FILE_BYTES = 100 * 1024 * 1024;

export type ImportState =
  | { status: "idle" }
  /** `read` of `size` bytes. */
  | { status: "running"; read: number; size: number }
  | { status: "done"; result: ImportResult }
  | { status: "failed"; reason: string };

export interface ImportControl {
  state: ImportState;
  take: (file: File) => Promise<void>;
}

/** Imports one file at a time. */
export function useImport(kind: ImportKind): ImportControl {
  const [state, setState] = useState<ImportState>({ status: "idle" });
  const running = useRef(false);
  const isShown = useRef(true);
  useEffect(() => {
    isShown.current = true;
    return () => {
      isShown.current = false;
    };
  }, []);

  const take = async (file: File): Promise<void> => {
    if (running.current) return;
    if (file.size > MAX_FILE_BYTES) {
      setState({ status: "failed", reason: t("The file is larger than 100 MiB.") });
      return;
    }
    running.current = true;
    const show = (next: ImportState): void => {
      if (isShown.current) setState(next);
    };
    show({ status: "running", read: 0, size: file.size });
    try {
      const result = await importFile(kind, file, (read) => {
        // Progress has a channel of its own, on which the last of it may come after the result.
        if (running.current) show({ status: "running", read, size: file.size });
      });
      running.current = false;
      show(result ? { status: "done", result } : { status: "idle" });
    } catch (error) {
      running.current = false;
      const reason = error instanceof Error ? error.message : String(error);
      show({ status: "failed", reason: t("The file could not be imported: {reason}.", { reason }) });
    }
  };
  return { state, take };
}
