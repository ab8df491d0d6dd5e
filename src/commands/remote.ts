/** The command `remote`: lists the repositories that issues are synced with, shows how one stands, adds and removes them. */
import { visible } from "../core/text.ts";
import type { Remote, RemoteStanding } from "../tracker/remotes.ts";
import { command, outputFlags, unknownPart, usageError } from "./command.ts";
import type { Env } from "./env.ts";
import { isText, type OutputChoice, printItem, printItems } from "./print.ts";

const actions = ["list", "show", "add", "remove"] as const;

export const remote = command({
  usage: "list | show NAME | add NAME URL | remove NAME",
  words: [0, 3],
  values: { NAME: "REMOTE" },
  flags: outputFlags,
  details:
    "These are git's own remotes: `add` and `remove` do what `git remote` does. `remove` also forgets what of your issues is there; it deletes nothing there, and no issue here.",
  examples: [
    "git tracker remote",
    "git tracker remote add origin https://example.com/project.git",
    "git tracker remote show origin",
    "git tracker remote remove origin",
  ],
  async run(env, { words: [action = "list", name, url, ...rest], flags }) {
    const verbs = await import("../tracker/remotes.ts");
    const takes = (count: number) => checkCount(action, [name, url, ...rest], count);
    switch (action) {
      case "list":
      case "ls":
        takes(0);
        return await printList(env, flags, await verbs.listRemotes(await env.open()));
      case "show":
        takes(1);
        return await printStanding(env, flags, await verbs.showRemote(await env.open(), name ?? ""));
      case "add":
        takes(2);
        return await printChange(env, flags, "added", await verbs.addRemote(await env.open(), name ?? "", url ?? ""));
      case "remove":
      case "rm":
        takes(1);
        return await printChange(env, flags, "removed", await verbs.removeRemote(await env.open(), name ?? ""));
      default:
        throw unknownPart("remote", action, actions);
    }
  },
});

function checkCount(action: string, words: readonly (string | undefined)[], count: number): void {
  const given = words.filter((word) => word !== undefined).length;
  if (given < count) throw usageError("remote", `\`remote ${action}\` needs ${count === 1 ? "NAME" : "NAME and URL"}`);
  if (given > count) throw usageError("remote", `\`remote ${action}\` takes no more words`);
}

function itemOf({ name, address, syncedAt }: Remote) {
  return {
    name,
    address,
    syncedAt: syncedAt === undefined ? null : new Date(syncedAt).toISOString().replace(/\.\d+Z$/, "Z"),
  };
}

async function printList(env: Env, choice: OutputChoice, remotes: readonly Remote[]): Promise<void> {
  const { line } = await import("../render/span.ts");
  const { renderTable } = await import("../render/table.ts");
  const { renderAgo } = await import("../render/age.ts");
  const items = remotes.map(itemOf);
  await printItems(env, choice, {
    kind: "remotes",
    page: { items, total: items.length, next: null },
    known: ["name", "address", "syncedAt"],
    rowFields: ["name", "address", "syncedAt"],
    idField: "name",
    text: () =>
      renderTable(
        [{ name: "remote" }, { name: "address", shrinksTo: 20 }, { name: "synced" }],
        items.map(({ name, address, syncedAt }) => [
          line(visible(name), env.style.yellow),
          line(visible(address)),
          line(syncedAt === null ? "never" : renderAgo(syncedAt, env.style.now), env.style.dim),
        ]),
        env.style,
      ),
  });
  if (items.length === 0 && isText(choice)) env.err("No remotes yet. As in: git tracker remote add origin URL");
}

async function printStanding(env: Env, choice: OutputChoice, standing: RemoteStanding): Promise<void> {
  const { renderAgo } = await import("../render/age.ts");
  const { style } = env;
  const { issues, ahead, behind, refused, pushAddress = null } = standing;
  const item = { ...itemOf(standing), pushAddress, issues, ahead, behind, refused };
  const counts = [
    `${issues} there`,
    ...(ahead > 0 ? [`${ahead} to send`] : []),
    ...(behind > 0 ? [`${behind} to take`] : []),
  ];
  const row = (what: string, said: string) => `  ${style.dim(what.padEnd(8))} ${said}\n`;
  await printItem(env, choice, {
    kind: "remote",
    item,
    known: Object.keys(item),
    text: () =>
      [
        `${style.yellow(visible(item.name))}\n`,
        row("address", visible(item.address)),
        ...(pushAddress === null ? [] : [row("pushes", `to ${visible(pushAddress)}`)]),
        row("synced", item.syncedAt === null ? "never" : renderAgo(item.syncedAt, style.now)),
        row("issues", counts.join(", ")),
        ...refused.map(({ id, reason }) =>
          row("refused", `${style.yellow(visible(id.slice(0, 7)))}: ${visible(reason)}`),
        ),
      ].join(""),
  });
}

async function printChange(env: Env, choice: OutputChoice, what: string, changed: Remote): Promise<void> {
  const item = itemOf(changed);
  await printItem(env, choice, {
    kind: "remote",
    item,
    known: Object.keys(item),
    text: () => `${what} ${env.style.yellow(visible(item.name))}  ${visible(item.address)}\n`,
  });
}
