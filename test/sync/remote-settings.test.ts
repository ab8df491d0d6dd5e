import { describe, expect, test } from "bun:test";
import type { ConfigEntry } from "../../src/store/gitconfig.ts";
import { fromNetrc } from "../../src/sync/credentials.ts";
import { addressesOf, valueForUrl, valuesForUrl } from "../../src/sync/remote-settings.ts";
import { makeRepository } from "../support/repository.ts";

const entries = (...lines: readonly (readonly [string, string])[]): ConfigEntry[] =>
  lines.map(([key, value]) => ({ key, value }));

test("addresses are rewritten as git does it", () => {
  using repository = makeRepository();
  const settings = [
    ["remote.a.url", "gh:ada/x"],
    ["remote.b.url", "gh:ada/x"],
    ["remote.b.pushurl", "gh:ben/x"],
    ["remote.c.url", "https://example.com/x"],
    ["url.https://example.com/.insteadof", "gh:"],
    ["url.https://ada.example.com/.insteadof", "gh:ada/"],
    ["url.https://push.example.com/.pushinsteadof", "gh:"],
    ["url.https://c.example.com/.pushinsteadof", "https://example.com/"],
  ] as const;
  for (const [key, value] of settings) repository.git("config", "--add", key, value);
  for (const remote of ["a", "b", "c"]) {
    expect(addressesOf(entries(...settings), remote)).toEqual({
      fetch: repository.git("remote", "get-url", remote).trim(),
      push: repository.git("remote", "get-url", "--push", "--all", remote).trim().split("\n"),
    });
  }
  expect(addressesOf([], "a")).toBeUndefined();
});

test("settings for a URL: the closest one holds, as git says", () => {
  using repository = makeRepository();
  const settings = [
    ["http.https://*.example.com.proxy", "star"],
    ["http.https://example.com/a.proxy", "path"],
    ["http.proxy", "any"],
    ["http.https://example.com.proxy", "host"],
    ["http.https://ada@example.com.proxy", "user"],
    ["http.https://example.com:8443.proxy", "port"],
    ["http.http://example.com.proxy", "plain"],
    ["http.https://a.example.com.proxy", "sub"],
  ] as const;
  for (const [key, value] of settings) repository.git("config", "--add", key, value);
  for (const url of [
    "https://example.com/",
    "https://example.com/a/b.git",
    "https://example.com/ab.git",
    "https://ada@example.com/x",
    "https://ada@example.com/a/x",
    "https://example.com:8443/a",
    "http://example.com/a",
    "https://a.example.com/x",
    "https://b.example.com/x",
    "https://b.c.example.com/x",
    "https://elsewhere.com/x",
  ]) {
    const git = repository.git("config", "--get-urlmatch", "http.proxy", url).trim();
    expect({ url, value: valueForUrl(entries(...settings), "http", "proxy", new URL(url)) }).toEqual({
      url,
      value: git,
    });
  }
  expect(
    valuesForUrl(
      entries(["http.extraheader", "A: 1"], ["http.extraheader", "B: 2"]),
      "http",
      "extraheader",
      new URL("https://x"),
    ),
  ).toEqual(["A: 1", "B: 2"]);
});

describe(".netrc", () => {
  const text = [
    "# machine example.com login no password no",
    "machine other.com login a password b",
    "macdef init",
    "machine example.com login no password no",
    "",
    'machine example.com login ada account x password "p\\"w d"',
    "machine example.com login ben password 2",
    "default login any password one",
  ].join("\n");
  const names = (host: string, name?: string) =>
    fromNetrc(text, host, name).map((each) => `${each.name}:${each.password}`);

  test("entries of the host, then the default", () => {
    expect(names("example.com")).toEqual(['ada:p"w d', "ben:2", "any:one"]);
    expect(names("example.com", "ben")).toEqual(["ben:2"]);
    expect(names("elsewhere.com")).toEqual(["any:one"]);
    expect(fromNetrc("machine", "x", undefined)).toEqual([]);
  });
});
