/** Markdown as the tree that Bun's parser makes of it: what of its nodes is read here. */

/** An element of that tree; its children are elements and texts. */
export interface Element {
  readonly type: string | symbol;
  readonly props: {
    readonly children?: unknown;
    readonly href?: string;
    readonly src?: string;
    readonly alt?: string;
    readonly language?: string;
    readonly start?: number;
    readonly checked?: boolean;
    readonly align?: "left" | "center" | "right";
  };
}

/** The blocks of a text. Nothing in it has been checked or escaped. */
export function parseMarkdown(source: string): readonly unknown[] {
  const tree: unknown = Bun.markdown.react(source, undefined, { autolinks: true, hardSoftBreaks: true });
  return childrenOf(tree);
}

export function isElement(node: unknown): node is Element {
  return typeof node === "object" && node !== null && "props" in node && "type" in node;
}

export function childrenOf(node: unknown): readonly unknown[] {
  const children = isElement(node) ? node.props.children : undefined;
  if (children === undefined || children === null) return [];
  return Array.isArray(children) ? children : [children];
}

/** All text below a node, however deep. */
export function textOf(node: Element): string {
  let text = "";
  const open: unknown[] = [node];
  while (open.length > 0) {
    const next = open.pop();
    if (!isElement(next)) text += String(next);
    else for (const child of childrenOf(next).toReversed()) open.push(child);
  }
  return text;
}
