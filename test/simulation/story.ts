/** A history told to a person: what was written, on top of what, when, by whom, and where each replica stands. */
import type { History } from "./history.ts";

export function story({ world, replicas }: History): string {
  const names = new Map([...world.facts.keys()].map((oid, index) => [oid, `#${index}`]));
  const nameOf = (oid: string) => names.get(oid) ?? oid;
  const lines = [...world.facts.values()].map(({ oid, parents, author, seconds, drafts, unread }) => {
    const said = [...drafts, ...unread.map(({ type, broken }) => `${broken ? "broken" : "newer"} ${type}`)];
    const on = parents.length === 0 ? "" : ` on ${parents.map(nameOf).join(" ")}`;
    const when = new Date(seconds * 1000).toISOString();
    return `${nameOf(oid)} ${oid.slice(0, 7)}${on} ${when} ${author.name}: ${JSON.stringify(said)}`;
  });
  const stands = replicas.map(
    ({ store }, index) => `replica ${index}: ${[...store.refs.values()].map(nameOf).join(" ")}`,
  );
  return [`manual: ${Object.keys(world.strategy).join(" ") || "nothing"}`, ...lines, ...stands].join("\n");
}
