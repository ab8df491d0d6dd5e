import { expect, test } from "bun:test";
import { TrackerError } from "../../src/core/errors.ts";
import { defaultSettings, type Workflow } from "../../src/core/settings.ts";
import {
  categoryOf,
  checkTransition,
  exceededLimit,
  firstStatus,
  parsePriority,
  parseStatus,
} from "../../src/core/workflow.ts";

const workflow: Workflow = {
  statuses: [
    { name: "todo", category: "todo", limit: null },
    { name: "in-progress", category: "active", limit: 2 },
    { name: "review", category: "active", limit: null },
    { name: "done", category: "done", limit: null },
  ],
  transitions: { todo: ["in-progress"], done: [] },
  wip: "warn",
};

function refusal(work: () => unknown): TrackerError {
  try {
    work();
  } catch (error) {
    if (error instanceof TrackerError) return error;
  }
  throw new Error("It was not refused");
}

test("a transition that is not listed is refused, and those that are, are named", () => {
  const error = refusal(() => checkTransition(workflow, "todo", "done"));
  expect([error.code, error.message, error.hint]).toEqual([
    "conflict",
    "The workflow does not let `todo` become `done`",
    "It may become: in-progress.",
  ]);
});

test("a status without transitions of its own may become any; staying is always allowed", () => {
  expect(() => checkTransition(workflow, "in-progress", "done")).not.toThrow();
  expect(() => checkTransition(workflow, "done", "done")).not.toThrow();
  expect(refusal(() => checkTransition(workflow, "done", "todo")).hint).toBe("Nothing may follow `done`.");
});

test("statuses are understood whatever their case, and near misses are named", () => {
  expect(parseStatus(workflow, "In-Progress")).toBe("in-progress");
  const error = refusal(() => parseStatus(workflow, "in-progres"));
  expect(error.hint).toBe("Did you mean `in-progress`? Statuses: todo, in-progress, review, done.");
});

test("priorities are those of the settings", () => {
  expect(parsePriority(defaultSettings, "HIGH")).toBe("high");
  expect(refusal(() => parsePriority(defaultSettings, "banana")).hint).toBe("Priorities: low, medium, high, urgent.");
});

test("a status that the settings don't know counts as not begun", () => {
  expect(categoryOf(workflow, "gone")).toBe("todo");
  expect(firstStatus(workflow, "active")).toBe("in-progress");
});

test("a WIP limit is exceeded by one more than it allows", () => {
  expect(exceededLimit(workflow, "in-progress", 2)).toBeUndefined();
  expect(exceededLimit(workflow, "in-progress", 3)?.limit).toBe(2);
  expect(exceededLimit(workflow, "review", 99)).toBeUndefined();
});
