/** Spells the terms of a query, so that parsing the text gives the same terms. */
import type { Term } from "./query.ts";
import { dayBefore, encodeDuration, secondBefore } from "./when.ts";

/** `and` and `or` never hold their like, and never a single term: that is what the parser makes, and what this needs. */
export function encodeTerm(term: Term): string {
  switch (term.kind) {
    case "and":
      return term.terms.map(encodeOperand).join(" ");
    case "or":
      return encodeList(term.terms) ?? term.terms.map(encodeAlternative).join(" OR ");
    case "not":
      return encodeNot(term.term);
    case "text":
      return term.match === "phrase" ? quote(term.text) : term.text;
    case "value":
      return `${term.field}:${term.values.map(encodeValue).join(",")}`;
    default:
      return spellings(term)[0]?.join(":") ?? "";
  }
}

function encodeNot(term: Term): string {
  const [spelling] = spellings({ kind: "not", term });
  if (spelling !== undefined) return spelling.join(":");
  // A second `-` would make it a word.
  if (term.kind === "not") return `-NOT ${encodeOperand(term.term)}`;
  const operand = encodeOperand(term);
  return operand.startsWith("-") ? `NOT ${operand}` : `-${operand}`;
}

function encodeAlternative(term: Term): string {
  return term.kind === "and" ? encodeTerm(term) : encodeOperand(term);
}

function encodeOperand(term: Term): string {
  const loose = term.kind === "and" || (term.kind === "or" && encodeList(term.terms) === undefined);
  return loose ? `(${encodeTerm(term)})` : encodeTerm(term);
}

/** `field:a,b` if all terms can be said with one field. */
function encodeList(terms: readonly Term[]): string | undefined {
  const all = terms.map((term) => new Map(spellings(term)));
  const [first = new Map<string, string>()] = all;
  const name = [...first.keys()].find((candidate) => all.every((spelling) => spelling.has(candidate)));
  return name === undefined ? undefined : `${name}:${all.map((spelling) => spelling.get(name)).join(",")}`;
}

/** The ways to write a term as one field with one value, the usual one first. */
function spellings(term: Term): readonly (readonly [name: string, value: string])[] {
  if (term.kind === "flag") {
    return term.flag === "blocked"
      ? [
          ["is", "blocked"],
          ["blocked", "yes"],
        ]
      : [["is", term.flag]];
  }
  if (term.kind === "has") return [["has", term.field]];
  if (term.kind === "person") return [[term.field, encodeValue(term.person)]];
  if (term.kind === "range") return [[term.field, encodeRange(term)]];
  if (term.kind === "issue") return [[term.field, term.prefix]];
  if (term.kind === "repository") return [["repo", encodeValue(term.name)]];
  if (term.kind !== "not") return [];
  if (term.term.kind === "has") return [["no", term.term.field]];
  return term.term.kind === "flag" && term.term.flag === "blocked" ? [["blocked", "no"]] : [];
}

/** Bare only where no reader could see anything else in it. */
function encodeValue(value: string): string {
  const plain = /^[\p{L}\p{N}_][^\s(),"]*$/u.test(value) && value.toLowerCase() !== "current";
  return plain ? value : quote(value);
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

function encodeRange({ field: name, from, to }: Extract<Term, { kind: "range" }>): string {
  const spell = (bound: string | number): string =>
    typeof bound === "number" && name === "estimate" ? encodeDuration(bound) : `${bound}`;
  if (to === undefined) return from === undefined ? "" : `>=${spell(from)}`;
  return from === undefined ? `<${spell(to)}` : `${spell(from)}..${spell(lastBefore(to))}`;
}

/** `x..y` includes `y`. */
function lastBefore(to: string | number): string | number {
  if (typeof to === "number") return to - 1;
  return to.includes("T") ? secondBefore(to) : dayBefore(to);
}
