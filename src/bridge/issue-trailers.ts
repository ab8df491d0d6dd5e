/**
 * A message of git-native-issue: a text, and trailers in its last paragraph. Where no line of that is one of the format's own, it belongs to
 * the text: comments end in lines such as `Note: …`, too.
 */
export interface IssueMessage {
  /** Without the trailers. */
  readonly text: string;
  /** By key, in lower case; of several with the same, the last. */
  readonly trailers: ReadonlyMap<string, string>;
  /** True if the text is what the program itself says of a change, and nobody's comment. */
  readonly isNotice: boolean;
}

const keys: ReadonlySet<string> = new Set([
  "state",
  "labels",
  "assignee",
  "priority",
  "milestone",
  "title",
  "fixed-by",
  "release",
  "reason",
  "provider-id",
  "provider-comment-id",
  "parent-id",
  "format-version",
]);

const notice = /^(?:Close issue|Reopen issue|Change state to [\w-]+|Update [a-z, ]+|Merge issue from .*)$/;

export function parseIssueMessage(message: string): IssueMessage {
  const whole = message.replace(/\r\n?/g, "\n").trimEnd();
  const start = whole.lastIndexOf("\n\n") + 1;
  const lines = start === 0 ? [] : whole.slice(start + 1).split("\n");
  const pairs = lines.map((line) => /^([A-Za-z][A-Za-z0-9-]*):(?:[ \t]+(.*))?$/.exec(line));
  const trailers = new Map(pairs.map((pair) => [pair?.[1]?.toLowerCase() ?? "", pair?.[2]?.trim() ?? ""]));
  if (pairs.includes(null) || !trailers.keys().some((key) => keys.has(key))) {
    return { text: whole, trailers: new Map(), isNotice: false };
  }
  const text = whole.slice(0, start).trimEnd();
  return { text, trailers, isNotice: notice.test(text) };
}
