// What has been set can be seen before what takes longer begins.

/** A page that is not before anybody's eyes draws no frames. */
const LONGEST_MS = 500;

/** Resolves after the next frame, or soon if there is none. */
export function isShown(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
    setTimeout(resolve, LONGEST_MS);
  });
}
