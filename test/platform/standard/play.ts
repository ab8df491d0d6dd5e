/** What the library uses of the newer standard, and what came of it. Bun and Node both run this. */

export async function play(): Promise<Record<string, unknown>> {
  const bytes = new Uint8Array([0, 62, 63, 255, 254]);
  const nameOf = (task: () => unknown) => {
    try {
      return task();
    } catch (error) {
      return error instanceof Error ? error.name : error;
    }
  };
  async function* later() {
    yield "one";
    await Promise.resolve();
    yield "two";
  }
  const settled = Promise.withResolvers<string>();
  const broken = Promise.withResolvers<never>();
  settled.resolve("resolved");
  broken.reject(new RangeError("rejected"));
  return {
    groups: [...Map.groupBy(["a", "b", "ab", ""], (text, at) => text.length + Math.floor(at / 3))],
    ofIterator: [...Map.groupBy(new Set([1, 2, 3]).values(), (number) => number % 2 === 0)],
    none: Map.groupBy([], () => 1).size,
    later: await Array.fromAsync(later()),
    atOnce: await Array.fromAsync(["a", Promise.resolve("b")]),
    settled: await settled.promise,
    broken: await broken.promise.catch(String),
    hex: bytes.subarray(1).toHex(),
    base64: bytes.toBase64(),
    unpadded: bytes.toBase64({ alphabet: "base64url", omitPadding: true }),
    fromHex: Array.from(Uint8Array.fromHex("00ff")),
    fromBase64: Array.from(Uint8Array.fromBase64("AD4_", { alphabet: "base64url" })),
    noHex: nameOf(() => Uint8Array.fromHex("0g")),
    noBase64: nameOf(() => Uint8Array.fromBase64("A?==")),
    names: [Map, Promise, Array].map((owner) => Object.keys(owner)),
  };
}
