/** Opening the tracker of the repository that one stands in: finds it, reads the settings, and puts the parts together. */
import { join } from "node:path";
import type { Config } from "../config/schema.ts";
import type { Actor } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import { toLine } from "../core/text.ts";
import { IndexBroken, IndexUnwritable } from "../index/connection.ts";
import type { Elsewhere } from "../index/elsewhere.ts";
import type { Index, OpenIndexOptions } from "../index/index.ts";
import { openIndex } from "../index/open.ts";
import type { Chance } from "../platform/chance.ts";
import type { Clock } from "../platform/clock.ts";
import { refusingDiskErrors } from "../platform/files.ts";
import type { Variables } from "../platform/git.ts";
import { share } from "../platform/sharing.ts";
import { readAllConfig } from "../store/gitconfig.ts";
import { openStore } from "../store/open.ts";
import { findRepository, type Repository } from "../store/repository.ts";
import type { Store } from "../store/store.ts";
import { flushOf } from "../store/writer.ts";
import type { Transport } from "../sync/transport.ts";
import { createFolds } from "./folds.ts";
import { anyPolicy } from "./policy.ts";
import { parseActor } from "./resolve.ts";
import { indexName, loadSettings, settingsFiles } from "./settings-files.ts";
import { today } from "./today.ts";
import type { Progress, Surroundings, Tracker } from "./tracker.ts";
import { asWriter } from "./writer.ts";

export interface OpenOptions {
  readonly cwd: string;
  readonly environment: Variables;
  readonly uid: number | undefined;
  readonly clock: Clock;
  readonly chance: Chance;
  /** Settings that the command line overrides, by key. */
  readonly flags: Readonly<Record<string, string>>;
  /** Who acts, if the command line says so. */
  readonly actor: string | undefined;
  /** Whether somebody sits at a terminal. */
  readonly interactive: boolean;
  readonly progress: Progress;
  readonly warn: (text: string) => void;
  readonly surroundings?: Surroundings | undefined;
}

/** Throws what `findRepository` throws, and `invalid` for wrong settings. */
export async function openTracker(
  options: OpenOptions,
  repository: Repository = findRepository({ ...options, env: options.environment }),
): Promise<Tracker> {
  const { environment, clock } = options;
  const shareIt = () => share(repository.sharing);
  shareIt();
  const files = settingsFiles(repository, environment);
  const loaded = await loadSettings(files, options);
  const { config } = loaded;
  const { store } = openStore({ ...options, env: environment, durability: config.durability }, repository);
  let elsewhere: Elsewhere | undefined;
  const openOptions = {
    get elsewhere() {
      return elsewhere;
    },
    path: join(store.folder, indexName(config.mergeStrategy)),
    settings: config,
    get today() {
      return today(options);
    },
  };
  let index = openIndex(openOptions);
  let policy = anyPolicy;
  let actor: Promise<Actor> | undefined;
  return {
    store,
    get index() {
      return index;
    },
    resetIndex: () => {
      refusingDiskErrors(store.folder, () => index.discard());
      index = openIndex(openOptions);
    },
    copyIndex: () => {
      const before = index;
      index = copyOf(before, openOptions);
      before.close();
    },
    get policy() {
      return policy;
    },
    usePolicy: (next) => {
      if (next !== policy) policy.close();
      policy = next;
    },
    folds: createFolds(),
    config,
    settings: { files, origin: loaded.origin },
    surroundings: options.surroundings,
    learn: (learnt) => {
      elsewhere = learnt;
    },
    share: shareIt,
    clock,
    chance: options.chance,
    actor: () => {
      actor ??= findActor(options, store);
      return actor;
    },
    openTransport: (remote) => openTransport(options, repository, store, config, remote),
    programs: { folder: repository.runDir, env: environment },
    openForeign: async (path) => {
      const { openForeign } = await import("./foreign.ts");
      return await openForeign(path, { ...options, env: environment });
    },
    progress: options.progress,
    wrote: false,
    warn: once(options.warn),
    close: () => {
      policy.close();
      index.close();
      store.close();
    },
  };
}

/** Several parts of a command may find the same thing wrong; it is told once. */
function once(tell: (text: string) => void): (text: string) => void {
  const told = new Set<string>();
  return (text) => {
    if (!told.has(text)) tell(text);
    told.add(text);
  };
}

/** A disk that can't be read well gives an empty one. */
function copyOf(index: Index, options: OpenIndexOptions): Index {
  try {
    return index.copy();
  } catch (error) {
    if (!(error instanceof IndexUnwritable) && !(error instanceof IndexBroken)) throw error;
    return openIndex({ ...options, path: ":memory:" });
  }
}

/** The command line, then the environment, then git's own idea of who the person is. */
async function findActor({ actor, environment }: OpenOptions, store: Store): Promise<Actor> {
  const said = actor ?? environment.GIT_TRACKER_ACTOR;
  if (said !== undefined && said !== "") return parseActor(said);
  const git = async (...keys: string[]) => {
    for (const key of keys) {
      const value = await store.gitConfig(key);
      if (value) return value;
    }
    return undefined;
  };
  const email = environment.GIT_AUTHOR_EMAIL || (await git("author.email", "user.email")) || environment.EMAIL;
  if (!email) {
    throw new TrackerError(
      "invalid",
      "Nobody has said who you are",
      'git config --global user.email "you@example.com"; git config --global user.name "Your Name"',
    );
  }
  const name = environment.GIT_AUTHOR_NAME || (await git("author.name", "user.name"));
  return parseActor(`${toLine(name ?? "").replace(/[<>]/g, "") || email.split("@")[0]} <${email}>`);
}

async function openTransport(
  { environment: env, interactive, chance, clock, progress }: OpenOptions,
  repository: Repository,
  store: Store,
  { syncTimeout, syncMaxSize, durability }: Config,
  remote: string,
): Promise<Transport> {
  const silenceMsMax = syncTimeout * 1000;
  const receivedBytesMax = syncMaxSize * 2 ** 20;
  const writing = <T>(work: () => Promise<T>) => asWriter(store, work);
  if (store.kind === "native") {
    const { openGitTransport } = await import("../sync/git-transport.ts");
    const { track } = await import("../sync/tracking.ts");
    const { runDir, objectsDir } = repository;
    return openGitTransport({
      folder: runDir,
      env,
      remote,
      interactive,
      silenceMsMax,
      receivedBytesMax,
      progress,
      incoming: { objectsDir, flush: flushOf(durability), chance, clock },
      track: (tips) => writing(() => track(store, remote, tips)),
    });
  }
  const { openHttpTransport } = await import("../sync/http-transport.ts");
  return openHttpTransport({
    store,
    remote,
    entries: readAllConfig(repository, env),
    env,
    silenceMsMax,
    packBytesMax: receivedBytesMax,
    writing,
    progress,
  });
}
