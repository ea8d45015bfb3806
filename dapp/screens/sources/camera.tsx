import { useEffect, useRef, useState } from "react";
import { t } from "../../i18n/i18n.ts";
import { Button } from "../../ui/button.tsx";

/** Time between two looks at the camera's picture. */
const PAUSE_MS = 200;

/** Reads a QR code by the camera. It is on only between a click and the first code, and its pictures go nowhere. */
export function Camera({
  onText,
  onProblem,
}: {
  onText: (text: string) => void;
  onProblem: (problem: string) => void;
}) {
  const [stream, setStream] = useState<MediaStream>();

  useEffect(() => () => stream?.getTracks().forEach((track) => track.stop()), [stream]);

  const start = async (): Promise<void> => {
    onProblem("");
    try {
      setStream(await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } }));
    } catch {
      onProblem(
        t("There is no camera, or the browser does not let this page use it. Choose a picture instead."),
      );
    }
  };

  if (!("mediaDevices" in navigator)) return null;
  if (!stream)
    return (
      <div>
        <Button onClick={() => void start()}>{t("Use the camera")}</Button>
      </div>
    );
  return (
    <div className="flex flex-col items-start gap-3">
      <Viewfinder
        stream={stream}
        onText={(text) => {
          setStream(undefined);
          onText(text);
        }}
      />
      <Button onClick={() => setStream(undefined)}>{t("Stop the camera")}</Button>
    </div>
  );
}

/** What the camera sees, until there is a code in it. */
function Viewfinder({ stream, onText }: { stream: MediaStream; onText: (text: string) => void }) {
  const video = useRef<HTMLVideoElement>(null);
  const found = useRef(onText);
  useEffect(() => {
    found.current = onText;
  });

  useEffect(() => {
    const seen = video.current!;
    seen.srcObject = stream;
    void seen.play().catch(() => undefined);
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    void import("../../sync/readQr.ts").then(({ readQr }) => {
      const look = (): void => {
        if (isOver) return;
        const text = readQr(seen, seen.videoWidth, seen.videoHeight);
        if (text === undefined) timer = setTimeout(look, PAUSE_MS);
        else found.current(text);
      };
      look();
    });
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [stream]);

  return (
    <video
      ref={video}
      muted
      playsInline
      aria-label={t("What the camera sees")}
      className="w-full max-w-md rounded-lg border border-line"
    />
  );
}
