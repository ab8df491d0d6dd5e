/**
 * A tracker: one repository, opened. It is what every verb takes: the only place where settings, store, index and clock meet.
 */
import type { Origin } from "../config/load.ts";
import type { Config } from "../config/schema.ts";
import type { Actor } from "../core/commit.ts";
import type { Elsewhere } from "../index/elsewhere.ts";
import type { Index } from "../index/index.ts";
import type { Chance } from "../platform/chance.ts";
import type { Clock } from "../platform/clock.ts";
import type { Variables } from "../platform/git.ts";
import type { Store } from "../store/store.ts";
import type { Transport } from "../sync/transport.ts";
import type { Folds } from "./folds.ts";
import type { ForeignRepository } from "./foreign.ts";
import type { Policy } from "./policy.ts";
import type { SettingsFiles } from "./settings-files.ts";

/** What a long piece of work says of itself. `total` undefined: not known. `note`: what else there is to say, as in `3.50 MiB`. */
export type Progress = (what: string, done: number, total: number | undefined, note?: string) => void;

/** The workspace that a repository is part of. */
export interface Surroundings {
  /** The names of the repositories that are looked at together; undefined where this one is looked at alone. */
  readonly repositories: readonly string[] | undefined;
  /** The others, opened on first use. */
  readonly neighbours: () => Promise<readonly Neighbour[]>;
  /** What the others say of the issues here; undefined: nothing. Known once, when it is first asked for. */
  readonly elsewhere: () => Promise<Elsewhere | undefined>;
}

export interface Neighbour {
  readonly name: string;
  readonly tracker: Tracker;
}

export interface Tracker {
  readonly store: Store;
  /** Another one after `resetIndex`: don't keep it. */
  readonly index: Index;
  /** Throws the index away and begins an empty one; `refresh` fills it. */
  readonly resetIndex: () => void;
  /** Goes on with a copy of the index in memory, where the file can't be written now. */
  readonly copyIndex: () => void;
  /** Whose events count, as far as the index knows; `refresh` keeps it current. */
  readonly policy: Policy;
  readonly usePolicy: (policy: Policy) => void;
  /** What a command has folded already, for `refresh` to take. */
  readonly folds: Folds;
  readonly config: Config;
  readonly settings: { readonly files: SettingsFiles; readonly origin: (key: string) => Origin };
  /** Undefined: the repository is part of no workspace. */
  readonly surroundings: Surroundings | undefined;
  /** What the index's answers take into account of other repositories from now on. */
  readonly learn: (elsewhere: Elsewhere | undefined) => void;
  /** Sees to it that what is made from now on can be written by those whom the repository is shared with. */
  readonly share: () => void;
  readonly clock: Clock;
  readonly chance: Chance;
  /** Who acts. Throws `invalid` if nobody said who they are. */
  readonly actor: () => Promise<Actor>;
  /** How refs and what is behind them get to a remote of that name and back. */
  readonly openTransport: (remote: string) => Promise<Transport>;
  /** Where programs of the person's are started, and with which variables. */
  readonly programs: { readonly folder: string; readonly env: Variables };
  /**
   * Opens a repository, or a bundle, by its path for reading what other programs keep in its refs; without one, the repository itself.
   * Throws what findRepository throws, and `unavailable` where there is no git. Its caller closes it.
   */
  readonly openForeign: (path: string | undefined) => Promise<ForeignRepository>;
  readonly progress: Progress;
  /** True once events were written here. */
  wrote: boolean;
  /** Tells the person something beside the result. */
  readonly warn: (text: string) => void;
  readonly close: () => void;
}
