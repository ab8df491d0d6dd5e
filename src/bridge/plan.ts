/**
 * Plans: many issues in one file, with parents and dependencies between them, to be made all at once or not at all. This file
 * checks what both spellings (plan-markdown.ts, plan-json.ts) come to: values against the settings, references, cycles. Whatever is
 * wrong is told with its line.
 */
import { nearest, TrackerError } from "../core/errors.ts";
import { limits } from "../core/event.ts";
import type { Settings } from "../core/settings.ts";
import { toLine, toText, visible } from "../core/text.ts";
import { encodeDuration, parseDay, parseDuration } from "../core/when.ts";
import { parsePriority, parseStatus, parseType } from "../core/workflow.ts";
import { bodyBytesMax } from "./github-shape.ts";
import { readJsonLines, readJsonPlan } from "./plan-json.ts";
import { readMarkdownPlan } from "./plan-markdown.ts";
import { refusedAt } from "./values.ts";
