import { useEffect, useRef, useState, type RefObject } from "react";

/** How wide an element is, in CSS pixels, now and after every change: what is drawn in it keeps the size of its text. */
export function useWidth<E extends Element>(
  atFirst: number,
): { element: RefObject<E | null>; width: number } {
  const element = useRef<E>(null);
  const [width, setWidth] = useState(atFirst);
  useEffect(() => {
    if (!element.current) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setWidth(Math.max(1, Math.round(entry.contentRect.width)));
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return { element, width };
}
