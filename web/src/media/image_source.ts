/** A picture from the engine, or why there is none. */
export type ImageSource =
  | { readonly state: "ready"; readonly bitmap: ImageBitmap }
  /** `too_large`: this browser could not hold it; `unreadable`: these bytes are no picture. */
  | { readonly state: "broken"; readonly reason: "too_large" | "unreadable" | "unreachable" };

/** More than this does not fit beside a page in memory; such images come as tiles. */
export const MOST_PIXELS = 120_000_000;

/** Fetches and decodes, off the main thread where the browser can. `known` is the engine's measured size. */
export async function loadImage(
  fetched: () => Promise<Blob>,
  known: { readonly width: number; readonly height: number } | null,
  signal: AbortSignal,
): Promise<ImageSource> {
  if (known !== null && known.width * known.height > MOST_PIXELS)
    return { state: "broken", reason: "too_large" };
  let bytes: Blob;
  try {
    bytes = await fetched();
  } catch {
    signal.throwIfAborted();
    return { state: "broken", reason: "unreachable" };
  }
  // A drawing that can hold scripts is not a photograph, whatever its name says.
  if (bytes.type.startsWith("image/svg")) return { state: "broken", reason: "unreadable" };
  try {
    const bitmap = await createImageBitmap(bytes);
    signal.throwIfAborted();
    return { state: "ready", bitmap };
  } catch {
    signal.throwIfAborted();
    return { state: "broken", reason: "unreadable" };
  }
}
