import { expect, test } from "bun:test";
import fc from "fast-check";
import { isoTime } from "../../src/core/apply.ts";
import { decodeCommit, decodeMessage, encodeMessage } from "../../src/core/message.ts";
import { subjectOf } from "../../src/core/subject.ts";
import { anyText, change, created, known, line } from "../support/events.ts";

test("what is written reads back, whatever the texts hold", () => {
  fc.assert(
    fc.property(fc.oneof(created, change()), line, (draft, subject) => {
      const event = known(draft);
      const message = decodeMessage(encodeMessage(subject, [event]));
      expect(message).toEqual({ subject, events: [event], unread: [] });
    }),
    { numRuns: 2000 },
  );
});

test("several events of one commit read back in their order, with the text at its owner", () => {
  fc.assert(
    fc.property(fc.array(change(), { minLength: 1, maxLength: 6 }), (drafts) => {
      let texts = 0;
      const events = drafts.map(known).filter((event) => !("body" in event) || texts++ === 0);
      expect(decodeMessage(encodeMessage(subjectOf(events), events)).events).toEqual(events);
    }),
    { numRuns: 500 },
  );
});

test("any bytes decode to something, never to an exception", () => {
  fc.assert(
    fc.property(anyText, (message) => {
      expect(() => decodeMessage(message)).not.toThrow();
    }),
    { numRuns: 2000 },
  );
});

test("a text of a mebibyte reads back", () => {
  const body = "Event: issue-deleted\n\n".repeat(50_000).trimEnd();
  const event = known({ type: "comment-added", body });
  expect(decodeMessage(encodeMessage("Long", [event])).events).toEqual([event]);
});

test("a text over the limit is refused with a way out", () => {
  const event = known({ type: "comment-added", body: "x".repeat(4 * 1024 * 1024) });
  expect(() => encodeMessage("Long", [event])).toThrow("longer than 4 MiB");
});

test("git's interpret-trailers reads the records of what was written", () => {
  const samples = fc.sample(fc.oneof(created, change()), { numRuns: 60, seed: 7 }).map(known);
  for (const event of samples) {
    const message = encodeMessage(subjectOf([event]), [event]);
    const git = Bun.spawnSync(["git", "interpret-trailers", "--parse", "--no-divider"], {
      stdin: Buffer.from(message),
    });
    const records = message.trimEnd().slice(message.trimEnd().lastIndexOf("\n\n") + 2);
    expect(git.stdout.toString().trimEnd()).toBe(records);
  }
});

test("an event of a newer program is kept, a broken one is kept apart with its reason", () => {
  const message = [
    "Something new",
    [
      "Event: issue-teleported",
      "Where: moon",
      "Event: status-changed",
      "From: todo",
      "Event: label-added",
      "Label: auth",
      "Colour: red",
      "Format: 1",
    ].join("\n"),
  ].join("\n\n");
  expect(decodeMessage(message)).toEqual({
    subject: "Something new",
    events: [{ type: "label-added", label: "auth" }],
    unread: [
      { type: "issue-teleported", fields: [["Where", "moon"]], reason: "unknown" },
      { type: "status-changed", fields: [["From", "todo"]], reason: "To: missing" },
    ],
  });
});

test.each([
  ["no records", "Only a subject", "no records"],
  ["no format", "A\n\nEvent: issue-deleted", "no Format"],
  ["a line that is no record", "A\n\nEvent: issue-deleted\nwhat\nFormat: 1", "not a record: what"],
  ["a field before the first event", "A\n\nTo: x\nFormat: 1", "a field stands before the first Event"],
  ["something after the format", "A\n\nEvent: issue-deleted\nFormat: 1\nTo: x", "something stands after Format"],
])("a message with %s is kept apart", (_, message, reason) => {
  expect(decodeMessage(message)).toMatchObject({ events: [], unread: [{ reason }] });
});

test("records of a newer format are kept and not guessed at", () => {
  const { events, unread } = decodeMessage("A\n\nEvent: issue-deleted\nFormat: 2");
  expect({ events, unread }).toEqual({
    events: [],
    unread: [{ type: "issue-deleted", fields: [], reason: "unknown" }],
  });
});

test("a field that may stand once and stands twice is broken", () => {
  const { unread } = decodeMessage("A\n\nEvent: title-changed\nTo: x\nTo: y\nFormat: 1");
  expect(unread[0]?.reason).toBe("To: stands twice");
});

test.each([
  [-1, "1970-01-01T00:00:00Z"],
  [-99_999_999_999_999, "1970-01-01T00:00:00Z"],
  [1, "1970-01-01T00:00:01Z"],
  [253_402_300_799, "9999-12-31T23:59:59Z"],
  [253_402_300_800, "9999-12-31T23:59:59Z"],
  [Number.POSITIVE_INFINITY, "9999-12-31T23:59:59Z"],
])("a commit that claims to be of %d can be shown as a date", (seconds, shown) => {
  const author = { name: "Ada", email: "ada@example.com" };
  const content = { tree: "", parents: [], author, time: { seconds, zone: "+0000" }, message: "" };
  expect(isoTime(decodeCommit("1", content, "unsigned"))).toBe(shown);
});
