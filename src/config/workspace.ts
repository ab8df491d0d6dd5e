/** The settings of a workspace: the repositories that it lists, each by a name. Texts in, texts out, as with all settings. */
import { nearest, TrackerError } from "../core/errors.ts";
import { isLine, visible } from "../core/text.ts";
import { isTable, parseToml } from "./document.ts";
import { setInToml, unsetInToml } from "./edit.ts";
import { fileSource, refusal } from "./refusal.ts";
import { renderKey } from "./toml.ts";

/** A repository as the settings list it. */
export interface Listed {
  readonly name: string;
  /** Relative to the workspace's folder. */
  readonly path: string;
}

/** What a new workspace's settings hold. */
export const workspaceTemplate = `# The repositories that git tracker looks at together: a name for each, and its path from the folder above.
[repositories]
# api = "services/api"
`;

const meaning = 'repositories.NAME = "PATH": a repository of this workspace, by its path from the workspace\'s folder.';

/** Reads the settings, in the order in which they list repositories. Throws `invalid` with the place of a mistake. */
export function parseWorkspace(text: string, file: string): readonly Listed[] {
  const source = fileSource("local", file, text);
  const document = parseToml(text, file);
  for (const key of Object.keys(document)) {
    if (key === table) continue;
    const meant = nearest(key, [table]) === undefined ? "" : `Did you mean ${table}? `;
    throw refusal(
      source,
      [key],
      "key",
      `There is no setting ${renderKey([key])} of a workspace.`,
      `${meant}${meaning}`,
    );
  }
  const repositories = document[table] ?? {};
  if (!isTable(repositories)) throw refusal(source, [table], "value", `${table}: expected a table.`, meaning);
  return Object.entries(repositories).map(([name, path]) => {
    const key = [table, name];
    if (!isName(name)) throw refusal(source, key, "key", `${renderKey(key)}: ${nameRule}.`, meaning);
    if (typeof path === "string" && isPath(path)) return { name, path };
    throw refusal(source, key, "value", `${renderKey(key)}: expected the path of a folder.`, meaning);
  });
}

/** Lists one more repository. Throws `invalid` for a name or path that can't be listed, `conflict` if the name is taken. */
export function listRepository(text: string, file: string, { name, path }: Listed): string {
  if (!isName(name))
    throw new TrackerError("invalid", `\`${visible(name)}\` can't be a repository's name: ${nameRule}`, example);
  if (!isPath(path)) throw new TrackerError("invalid", `\`${visible(path)}\` can't be listed as a path`, example);
  if (parseWorkspace(text, file).some((listed) => listed.name === name)) {
    throw new TrackerError("conflict", `The workspace lists a repository \`${name}\` already`, "Choose another name.");
  }
  return setInToml(text, renderKey([table, name]), path);
}

/** Takes a repository off the list. Throws `not-found` if it isn't on it. */
export function unlistRepository(text: string, file: string, name: string): string {
  const listed = parseWorkspace(text, file).map((each) => each.name);
  if (listed.includes(name)) return unsetInToml(text, renderKey([table, name]));
  throw unknownRepository(name, listed);
}

export function unknownRepository(name: string, known: readonly string[]): TrackerError {
  const meant = nearest(name, known);
  const all =
    known.length === 0 ? "It lists none yet: git tracker workspace add NAME PATH" : `It lists: ${known.join(", ")}`;
  return new TrackerError(
    "not-found",
    `The workspace lists no repository \`${visible(name)}\``,
    meant === undefined ? all : `Did you mean ${meant}? ${all}`,
  );
}

const table = "repositories";
const example = "As in: git tracker workspace add api services/api";
const nameRule = "a name is up to 64 letters, digits, `.`, `_` and `-`, and begins with a letter or digit";

/** Nothing that could be taken for a flag, a path, or several words. */
export function isName(text: string): boolean {
  return /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._-]{0,63}$/u.test(text);
}

function isPath(text: string): boolean {
  return text !== "" && isLine(text) && text.length <= 4096;
}
