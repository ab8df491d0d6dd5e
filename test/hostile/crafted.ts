/** Issues such as no command of ours would write, as commits made byte by byte: what comes with a fetch from a hostile remote. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { deflateSync } from "node:zlib";
import { eventTypes } from "../../src/core/event.ts";
import { mergeMessage } from "../../src/core/message.ts";
import { projectRoot } from "../../src/core/project-fold.ts";
import { isLine, toLine } from "../../src/core/text.ts";
import { nameObject, type ObjectType, objectHeader } from "../../src/store/objects.ts";
import { refs } from "../../src/store/refs.ts";
import { emptyTree } from "../support/events.ts";

export interface Forge {
  object(type: ObjectType, bytes: Uint8Array): string;
  /** Author and message may hold any bytes. Headers are whole lines. */
  commit(made: Made): string;
  /** Makes a commit the tip of the issue that begins with `id`. */
  point(id: string, tip: string): void;
}

export interface Made {
  readonly parents: readonly string[];
  readonly author: Uint8Array | string;
  readonly message: Uint8Array | string;
  readonly headers?: string;
}

/** Writes straight into the files of a repository without packs. */
export function openForge(gitDir: string): Forge {
  const object = (type: ObjectType, bytes: Uint8Array) => {
    const named = nameObject("sha1", { type, bytes });
    const path = join(gitDir, "objects", named.oid.slice(0, 2), named.oid.slice(2));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, deflateSync(Buffer.concat([objectHeader(named), bytes]), { level: 1 }));
    return named.oid;
  };
  let seconds = 1_700_000_000;
  return {
    object,
    commit({ parents, author, message, headers = "" }) {
      seconds += 1;
      const stamp = ` ${seconds} +0000\n`;
      const parts = [
        `tree ${emptyTree}\n${parents.map((parent) => `parent ${parent}\n`).join("")}author `,
        author,
        `${stamp}committer A <a@b>${stamp}${headers}\n`,
        message,
      ];
      return object("commit", Buffer.concat(parts.map((part) => Buffer.from(part))));
    },
    point(id, tip) {
      const path = join(gitDir, refs.issue(id));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, `${tip}\n`);
    },
  };
}

/** The fields of all records of all events. */
const fieldKeys = [
  ..."Title Status Issue-Type Priority Label Assignee Due Estimate Parent Milestone Sprint External Nonce From To".split(
    " ",
  ),
  ..."Resolution Watcher Kind Target Name Size Blob Commit Comment Reply-To Reaction Field Value X-Unknown".split(" "),
];
const nonceOf = (number: number) => number.toString(16).padStart(20, "0");

/** An issue that holds `text` in every field that lets it through, and broken records with it in all the others. Returns its id. */
export function forgeIssue(forge: Forge, text: string, number: number, related: string | undefined): string {
  const word = isLine(text) && text !== "" ? text.slice(0, 900) : toLine(text).slice(0, 900) || "x";
  const body = text.toWellFormed().replace(/\r\n?/g, "\n").replaceAll("\0", "").trimEnd();
  const author = personOf(text);
  const message = (about: string, lines: readonly string[]) =>
    `${text.split("\n")[0]}\n\n${about}${lines.join("\n")}\nFormat: 1\n`;
  const fields = ["Label", "Label", "Assignee", "Milestone", "Sprint", "Issue-Type", "Priority", "External"];
  const id = forge.commit({
    parents: [],
    author,
    message: message(`${body} needle\n\n`, [
      "Event: issue-created",
      `Title: ${word} needle`.slice(0, 990),
      `Status: ${number % 3 === 0 ? word : "todo"}`,
      ...new Set(
        fields.map((field, at) => `${field}: ${at === 1 ? `${word}/2` : field === "External" ? `sys ${word}` : word}`),
      ),
      ...(related === undefined || number % 9 === 0 ? [] : [`Parent: ${related}`]),
      `Nonce: ${nonceOf(number)}`,
    ]),
  });
  const blob = forge.object("blob", Buffer.from(text));
  const [left, right] = ["1", "2"].map((side) =>
    forge.commit({
      parents: [id],
      author,
      message: message("", [
        `Event: title-changed\nTo: ${word} needle ${side}`,
        `Event: milestone-changed\nFrom: ${word}\nTo: ${word}${side}`,
        `Event: status-changed\nTo: ${word}${side}`,
        `Event: attachment-added\nName: ${word}${side === "1" ? "" : ".txt"}\nSize: 3\nBlob: ${blob}`,
        ...(related === undefined ? [] : [`Event: link-added\nKind: blocks\nTarget: ${related}`]),
        ...["watcher", "reaction"].map(
          (each) => `Event: ${each}-added\n${each === "watcher" ? "Watcher" : "Reaction"}: ${word}`,
        ),
      ]),
    }),
  );
  let tip = forge.commit({ parents: [left ?? id, right ?? id].sort(), author: "A <a@b>", message: mergeMessage });
  for (const about of [
    message(`${body || "x"}\n\n`, [`Event: comment-added\nExternal: ${word}`]),
    message("", [
      `Event: conflict-resolved\nField: ${word}\nValue: ${word}`,
      `Event: reaction-added\nComment: ${tip}\nReaction: ${word}`,
    ]),
    ...eventTypes
      .map((type) => message("", [`Event: ${type}`, ...fieldKeys.map((key) => `${key}: ${text}`)]))
      .slice(number % 4, 40),
    message("", [`Event: ${word}`, `Event: x${text}`]),
    `${text}\n\n${text}`,
    text,
  ]) {
    tip = forge.commit({ parents: [tip], author, message: about });
  }
  forge.point(id, tip);
  return id;
}

/** An issue whose commits hold bytes that are no UTF-8, or are C1 controls in the encoding that the commit says it has. */
export function forgeRawIssue(forge: Forge, bytes: Uint8Array, number: number): string {
  const join = (...parts: (Uint8Array | string)[]) => Buffer.concat(parts.map((part) => Buffer.from(part)));
  const author = join("N", bytes, "N <e", bytes, "e>");
  const records = `Event: issue-created\nTitle: T needle\nStatus: todo\nLabel: raw\nNonce: ${nonceOf(1_000_000 + number)}\nFormat: 1\n`;
  const id = forge.commit({ parents: [], author, message: join("S", bytes, "\n\n", bytes, " needle\n\n", records) });
  let tip = id;
  for (const headers of ["", "encoding ISO-8859-1\n", "encoding windows-1252\n", "encoding no-such\n"]) {
    const message = join(
      "S\n\nEvent: label-added\nLabel: l",
      bytes,
      "l\nEvent: milestone-changed\nTo: m",
      bytes,
      "m\nFormat: 1\n",
    );
    tip = forge.commit({ parents: [tip], author, message, headers });
  }
  forge.point(id, tip);
  return id;
}

/** Streams that are none, and refs with names that no issue has. */
export function forgeRubbish(forge: Forge, texts: readonly string[]): void {
  for (const text of texts) {
    const tip = forge.commit({ parents: [], author: personOf(text), message: text });
    forge.point(tip, tip);
    forge.point(`${text.replace(/[/\0\n]/g, "").slice(0, 60) || "x"}`, tip);
  }
}

/** A project whose members, teams and labels hold each of the texts, as events and as broken records. */
export function forgeProject(forge: Forge, gitDir: string, texts: readonly string[]): void {
  const { tree, parents, author, time, message } = projectRoot(emptyTree);
  const stamp = `${author.name} <${author.email}> ${time.seconds} ${time.zone}`;
  const bytes = Buffer.from(`tree ${tree}\nauthor ${stamp}\ncommitter ${stamp}\n\n${message}`);
  let tip = forge.object("commit", bytes);
  for (const [number, text] of texts.entries()) {
    const word = toLine(text).slice(0, 200) || "x";
    const member = `${number}${word.replace(/[\s<>:]/g, "")}@example.com`;
    const records = [
      `Event: project-changed\nField: name\nTo: ${word}`,
      `Event: member-added\nMember: ${member}\nName: ${word}\nRole: contributor\nEmail: b${member}`,
      `Event: team-added\nTeam: ${word}\nMember: ${member}`,
      `Event: label-defined\nLabel: ${word}\nDescription: ${word}`,
      `Event: member-added\nMember: ${word} <\nRole: ${word}`,
      `Event: ${word.replace(/\n/g, "") || "x"}\nX: ${word}`,
    ];
    const said = `S${word}\n\n${records.join("\n")}\nFormat: 1\n`;
    tip = forge.commit({ parents: [...parents, tip], author: personOf(text), message: said });
  }
  const path = join(gitDir, refs.project);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${tip}\n`);
}

/** What git lets into a name and an email. */
function personOf(text: string): string {
  const part = text.toWellFormed().replace(/[<>\n\0]/g, "");
  return `a${part}b <c${part}d>`;
}
