import { useLayoutEffect, useRef, type ReactNode } from "react";

let navigated = false;

/** The screen's heading. It takes the focus when the user navigates here, but not when the page has just loaded. */
export function ScreenHeading({ children }: { children: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    if (navigated) heading.current?.focus();
    navigated = true;
  }, []);
  return (
    <>
      <title>{`${children} · Tocsin`}</title>
      <h1 ref={heading} tabIndex={-1} className="text-3xl font-bold tracking-tight">
        {children}
      </h1>
    </>
  );
}

/** The heading of a step in a flow: it takes the focus when the step opens, unless it is the first. */
export function StepHeading({ children, focus }: { children: ReactNode; focus: boolean }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    if (focus) heading.current?.focus();
  }, [focus]);
  return (
    <h2 ref={heading} tabIndex={-1} className="text-xl font-semibold">
      {children}
    </h2>
  );
}
