/**
 * Bytes as hex digits and in base64, as ECMAScript 2026 has it and Node before 25 has not: the standard's own methods, put where they are
 * missing. https://tc39.es/proposal-arraybuffer-base64/
 */

type Base64Options = { readonly alphabet?: "base64" | "base64url"; readonly omitPadding?: boolean };

function toHex(this: Uint8Array): string {
  return bufferOf(this).toString("hex");
}

function toBase64(this: Uint8Array, { alphabet = "base64", omitPadding = false }: Base64Options = {}): string {
  const text = bufferOf(this).toString(alphabet);
  if (alphabet === "base64url") return omitPadding ? text : text.padEnd(Math.ceil(text.length / 4) * 4, "=");
  return omitPadding ? text.replace(/=+$/, "") : text;
}

function fromHex(text: string): Uint8Array {
  if (text.length % 2 !== 0 || /[^0-9a-f]/i.test(text)) throw new SyntaxError("These are no hex digits");
  return new Uint8Array(Buffer.from(text, "hex"));
}

function fromBase64(text: string, { alphabet = "base64" }: Base64Options = {}): Uint8Array {
  const known = alphabet === "base64url" ? /^[\w-]*={0,2}$/ : /^[A-Za-z0-9+/]*={0,2}$/;
  if (!known.test(text) || text.replace(/=+$/, "").length % 4 === 1) throw new SyntaxError("This is no base64");
  return new Uint8Array(Buffer.from(text, alphabet));
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function provide(target: object, name: string, value: unknown): void {
  if (name in target) return;
  Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });
}

provide(Uint8Array.prototype, "toHex", toHex);
provide(Uint8Array.prototype, "toBase64", toBase64);
provide(Uint8Array, "fromHex", fromHex);
provide(Uint8Array, "fromBase64", fromBase64);
