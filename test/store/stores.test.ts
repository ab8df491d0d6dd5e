/** The contract on every store, in every kind of repository that the store opens. */
import { describe, test } from "bun:test";
import { openStore } from "../../src/store/open.ts";
import { memoryStore } from "../support/memory-store.ts";
import { makeRepository, type RepositoryKind, repositoryKinds, whyNot } from "../support/repository.ts";
import { type Subject, storeContract } from "./contract.ts";

const uid = process.getuid?.();

storeContract("memory", () => ({ open: () => memoryStore(), [Symbol.dispose]() {} }));
storeContract("memory, sha256", () => ({ open: () => memoryStore({ hash: "sha256" }), [Symbol.dispose]() {} }));

for (const kind of repositoryKinds) contractOf("native", kind);
contractOf("native", "plain", "packed");
// Git moves the refs itself where they are no files; here it shows that both ways come to the same.
storeContract("native, plain, refs moved by git", () => subject("native", "plain", "loose", "git"));

for (const kind of repositoryKinds) {
  if (kind !== "sha256" && kind !== "reftable") contractOf("embedded", kind);
}
contractOf("embedded", "plain", "packed");
contractOf("embedded", "alternates", "packed");

function contractOf(store: "native" | "embedded", kind: RepositoryKind, state: "loose" | "packed" = "loose"): void {
  const name = [store, kind, ...(state === "packed" ? [state] : [])].join(", ");
  const reason = whyNot(kind);
  if (reason === undefined) storeContract(name, () => subject(store, kind, state));
  else describe(name, () => test.skip(`skipped: ${reason}`, () => {}));
}

function subject(
  store: "native" | "embedded",
  kind: RepositoryKind,
  state: "loose" | "packed",
  refMover?: "git",
): Subject {
  const repository = makeRepository(kind);
  const env = store === "embedded" ? { ...repository.env, PATH: "" } : repository.env;
  const settle = () => {
    repository.git("pack-refs", "--all", "--prune");
    repository.git("-c", "core.bigFileThreshold=1", "repack", "-adq", "-k");
  };
  return {
    open: () =>
      openStore({ cwd: repository.cwd, env, uid, refMover, durability: kind === "plain" ? "durable" : "fast" }).store,
    ...(state === "packed" && { settle }),
    repository,
    [Symbol.dispose]: () => repository[Symbol.dispose](),
  };
}
