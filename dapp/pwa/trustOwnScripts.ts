interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): void;
}

/**
 * The page's policy makes every place that runs code ask here first. Workers may be made of this page's own files; on a
 * gateway other people's files have the same origin. Nothing makes text into code or into markup.
 */
export function trustOwnScripts(): void {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  const folder = new URL("./", document.baseURI).href;
  trustedTypes?.createPolicy("default", {
    createScriptURL: (url) => {
      if (new URL(url, folder).href.startsWith(folder)) return url;
      throw new TypeError("a script that is not this page’s own");
    },
  });
}
