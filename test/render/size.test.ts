import { expect, test } from "bun:test";
import { renderSize } from "../../src/render/size.ts";

test("sizes", () => {
  const sizes = [0, 1023, 1024, 1536, 10 * 1024, 48213, 1024 ** 2, 100 * 1024 ** 2, 1024 ** 5];
  expect(sizes.map(renderSize)).toEqual([
    "0 B",
    "1023 B",
    "1.0 KiB",
    "1.5 KiB",
    "10 KiB",
    "47 KiB",
    "1.0 MiB",
    "100 MiB",
    "1024 TiB",
  ]);
});
