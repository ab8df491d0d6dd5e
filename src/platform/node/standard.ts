/**
 * Methods of the ECMAScript standard that the library uses and some Node it runs on has not, put where they are missing. Bytes as hex digits
 * and in base64 came with Node 25 (https://tc39.es/proposal-arraybuffer-base64/), the rest with 21 and 22.
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

/** https://tc39.es/ecma262/#sec-map.groupby */
function groupBy<Item, Key>(items: Iterable<Item>, keyOf: (item: Item, at: number) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  let at = 0;
  for (const item of items) {
    const key = keyOf(item, at++);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/** https://tc39.es/ecma262/#sec-promise.withResolvers */
function withResolvers<Value>(): PromiseWithResolvers<Value> {
  let resolve: PromiseWithResolvers<Value>["resolve"] = () => undefined;
  let reject: PromiseWithResolvers<Value>["reject"] = () => undefined;
  const promise = new Promise<Value>((...settle) => {
    [resolve, reject] = settle;
  });
  return { promise, resolve, reject };
}

/** https://tc39.es/ecma262/#sec-array.fromasync, of what can be gone through. */
async function fromAsync<Item>(items: AsyncIterable<Item> | Iterable<Item>): Promise<Item[]> {
  const array: Item[] = [];
  for await (const item of items) array.push(item);
  return array;
}

function provide(target: object, name: string, value: unknown): void {
  if (name in target) return;
  Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });
}

provide(Uint8Array.prototype, "toHex", toHex);
provide(Uint8Array.prototype, "toBase64", toBase64);
provide(Uint8Array, "fromHex", fromHex);
provide(Uint8Array, "fromBase64", fromBase64);
provide(Map, "groupBy", groupBy);
provide(Promise, "withResolvers", withResolvers);
provide(Array, "fromAsync", fromAsync);
