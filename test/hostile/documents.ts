/** Valid documents of every kind that the program reads: what mutations start from. */
import { encodeCommit } from "../../src/store/objects.ts";
import { ada, emptyTree } from "../support/events.ts";

const nonce = "0123456789abcdef0123";
const someOid = "c".repeat(40);

export const messages: readonly string[] = [
  `Begin\n\nA text\n\nwith two parts\n\nEvent: issue-created\nTitle: Begin\nStatus: todo\nIssue-Type: bug\nPriority: high\nLabel: a\nLabel: b\nAssignee: ada@example.com\nDue: 2026-12-01\nEstimate: PT2H30M\nParent: ${someOid}\nMilestone: m\nSprint: s\nExternal: github o/r#1\nNonce: ${nonce}\nFormat: 1\n`,
  "Rename\n\nEvent: title-changed\nFrom: a\nTo: b\nEvent: status-changed\nFrom: todo\nTo: done\nResolution: completed\nFormat: 1\n",
  `Say\n\nHello\n\nEvent: comment-added\nReply-To: ${someOid}\nExternal: github issuecomment-1\nFormat: 1\n`,
  `Many\n\nEvent: link-added\nKind: blocks\nTarget: ${someOid}\nEvent: attachment-added\nName: a.png\nSize: 3\nBlob: ${someOid}\nEvent: reaction-added\nReaction: +1\nEvent: conflict-resolved\nField: status\nValue: done\nEvent: parent-changed\nTo: ${someOid}\nEvent: estimate-changed\nTo: PT90M\nFormat: 1\n`,
  "Merge concurrent changes\n\nFormat: 1\n",
  "A\n\nEvent: issue-teleported\nWhere: moon\nFormat: 2\n",
];

export const commits: readonly Uint8Array[] = [
  ...messages.flatMap((message) =>
    [[], [someOid], [someOid, "d".repeat(40)]].map(
      (parents) =>
        encodeCommit({
          tree: emptyTree,
          parents,
          author: ada,
          time: { seconds: 1_700_000_000, zone: "+0130" },
          message,
        }).bytes,
    ),
  ),
  Buffer.from(
    `tree ${emptyTree}\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\nencoding ISO-8859-1\ngpgsig -----BEGIN\n x\n\nS\n\nEvent: issue-deleted\nFormat: 1\n`,
  ),
];

export const queries: readonly string[] = [
  "login crash",
  'label:auth,"big deal" -is:closed (assignee:@me OR NOT author:ada@example.com)',
  "priority:>=high created:>7d updated:2026-01-01..2026-02-01 due:<+2w estimate:1h..2d comments:>3 sort:priority-desc,title",
  'is:open is:ready status:todo,done type:bug resolution:completed milestone:"v 1" sprint:current',
  "id:4f2a parent:4f2a blocks:4f2a blocked-by:4f2a relates:4f2a no:assignee has:due label:none",
];

export const moments: readonly string[] = [
  ...["2026-12-01", "today", "fri", "+3d", "-1mo", "2w", "1y", "2026-12-01T14:30", "2026-12-01T14:30:59.5+02:00"],
  ...["<7d", "14d..7d", ">=2026-01-01", "..5", "1..", "2h30m", "1.5h", "1w2d", "PT2H30M", "90m", "30min", "9999-12-31"],
];

export const settingsTexts: readonly string[] = [
  '# Ours\npriorities = ["low", "high"]\ntypes = ["bug"]\nhours-per-day = 7.5\n[workflow]\nwip = "refuse"\nstatuses = ["todo", { name = "doing", category = "active", limit = 3 }, { name = "done", category = "done" }]\n[workflow.transitions]\ntodo = ["doing"]\n',
  '[default]\nstatus = "todo"\ntype = "bug"\n[list]\nlimit = 20\nquery = "is:open"\n[board]\nby = "assignee"\n[merge.strategy]\nstatus = "manual"\n',
  '[templates.bug]\ntitle = "Bug: "\nbody = """\nSteps\n"""\nlabels = ["bug"]\n[templates."a b"]\ntitle = \'x\'\n',
  'color = "never"\ndurability = "fast"\npager = "less"\neditor = "vi"\nbranch.template = "{id}-{title}"\n',
];

export const proses: readonly string[] = [
  "# A\n\nText *with* **many** `marks` ~~and~~ [a link](https://example.com 'T') ![i](x.png)\n\n- [ ] one\n  - [x] two\n    1. three\n\n> quote\n> > more\n\n```ts\nconst a = 1;\n```\n\n| a | b |\n|:--|--:|\n| 1 | 2 |\n\n---\n",
  "&#27;[31m &amp; <b>html</b> <!-- c --> <https://a.example> www.example.com ada@example.com\\\nhard  \nbreak\n\nSetext\n===\n\n[x]: https://example.com\n\n[x] [^1]\n\n[^1]: note $x^2$\n",
  "宽的字符 和 한국어 עברית العربية 👩‍👩‍👧 e\u0301 \u200b \u202e x\ty\n* a\n+ b\n1) c\n",
];

const githubIssue = {
  number: 7,
  url: "https://api.github.com/repos/o/r/issues/7",
  title: "T",
  body: "B\r\nC",
  state: "closed",
  state_reason: "completed",
  user: { login: "ada", id: 7 },
  labels: [{ name: "bug" }, "x"],
  assignees: [{ login: "ben", id: 8 }],
  milestone: { title: "v1" },
  created_at: "2026-01-01T00:00:00Z",
  closed_at: "2026-01-02T00:00:00Z",
};
const githubEvents = [
  {
    event: "commented",
    id: 1,
    user: { login: "ada", id: 7 },
    body: "Duplicate of #3",
    created_at: "2026-01-01T01:00:00Z",
  },
  {
    event: "labeled",
    id: 2,
    actor: { login: "ben", id: 8 },
    label: { name: "bug" },
    created_at: "2026-01-01T02:00:00Z",
  },
  { event: "renamed", id: 3, actor: null, rename: { from: "S", to: "T" }, created_at: "2026-01-01T03:00:00Z" },
  { event: "closed", id: 4, actor: { login: "ada", id: 7 }, commit_id: someOid, created_at: "2026-01-02T00:00:00Z" },
];

export const githubTexts: readonly string[] = [
  `${JSON.stringify({ type: "issue", issue: githubIssue, events: githubEvents })}\n`,
  JSON.stringify([githubIssue, { ...githubIssue, number: 8, pull_request: {} }], null, 1),
  `[${JSON.stringify(githubIssue)}][${JSON.stringify({ ...githubIssue, number: 9 })}]`,
  JSON.stringify([
    {
      number: 1,
      title: "T",
      body: "",
      state: "OPEN",
      stateReason: "",
      labels: [{ name: "a" }],
      assignees: [{ login: "ada", name: "Ada" }],
      author: { login: "ada" },
      comments: [{ id: "IC_1", author: { login: "ben" }, body: "x", createdAt: "2026-01-01T00:00:00Z" }],
      createdAt: "2026-01-01T00:00:00Z",
      closedAt: null,
      milestone: null,
      url: "https://github.com/o/r/issues/1",
    },
  ]),
];

export const markdownPlans: readonly string[] = [
  "# Plan\n\n- [ ] One #a @ada !high est:2h type:bug due:+1d milestone:v1 sprint:s2 ^sso\n  Text\n  - [ ] Two (after: ^sso)\n  - [x] Three\n\n    ```\n    - [ ] code\n    ```\n* [-] Four blocks:^sso parent:4f2a1b3\n",
  "- [ ] A p:low ^a\n- [ ] B after:^a,^c \\#no #12\n- [/] C (blocks: ^a, ^a) ^c\n",
];

export const jsonPlans: readonly string[] = [
  '[{"key":"a","title":"T","body":"B","labels":["x"],"assignees":["ada@example.com"],"type":"bug","priority":"high","status":"todo","due":"2026-12-01","estimate":"2h","milestone":"m","sprint":"s","blockedBy":["b"],"children":[{"title":"C"}]},{"key":"b","title":"U","parent":"a"}]',
  '{"issues":[{"title":"T"}]}',
];

export const packedRefs: readonly string[] = [
  `# pack-refs with: peeled fully-peeled sorted \n${"a".repeat(40)} refs/git-tracker/issues/${"1".repeat(40)}\n${"b".repeat(40)} refs/heads/main\n${"c".repeat(40)} refs/tags/v1\n^${"d".repeat(40)}\n`,
  `${"a".repeat(40)} refs/git-tracker/issues/${"2".repeat(40)}\n`,
];

export const gitConfigs: readonly string[] = [
  '[user]\n\tname = Ada "x" ; c\n\temail = a@b\n[remote "o\\"r"]\n\turl = x\\\n  y\n[core]\n\tbare\n[include]\n\tpath = ~/x\n[a.B]c=1\n',
];
