/** E, the index: whatever happens to its files, every command answers as a clone does that never had one. */
import { copyPlace, type Place } from "../faults/place.ts";
import type { RigReport } from "../faults/rig.ts";
import { ask } from "./ask.ts";
import type { Damage } from "./damage.ts";
import { putFiles, type Sample, withoutIndex, wrongAnswers } from "./sample.ts";

/** Inflicts one damage after the other, each on the sound index, and asks all questions: every time another one is the first to meet it. */
export async function answerDespite(
  sample: Sample,
  rig: string,
  seed: number,
  damages: readonly Damage[],
): Promise<RigReport> {
  const problems: string[] = [];
  for (const [turn, damage] of damages.entries()) {
    putFiles(sample.place, sample.files);
    damage.inflict(sample.place);
    for (const wrong of await wrongAnswers(sample.place, beginningAt(sample, turn)))
      problems.push(`${damage.name}: ${wrong}`);
  }
  const figures = { damages: damages.length, questions: damages.length * sample.questions.length };
  return { rig: `E index, ${rig}`, seed, figures, problems };
}

function beginningAt({ questions, right }: Sample, turn: number): Pick<Sample, "questions" | "right"> {
  const at = turn % questions.length;
  const turned = <T>(list: readonly T[]) => [...list.slice(at), ...list.slice(0, at)];
  return { questions: turned(questions), right: turned(right) };
}

/** The same, but the first to meet the damage is a writer. Each works in a copy of its own. */
export async function writeDespite(
  sample: Sample,
  rig: string,
  seed: number,
  damages: readonly Damage[],
): Promise<RigReport> {
  const problems: string[] = [];
  const id = sample.questions[1]?.[2] ?? "";
  for (const damage of damages) {
    using copy = copyPlace(sample.place);
    putFiles(copy, sample.files);
    damage.inflict(copy);
    const written = await attemptToWrite(copy, id);
    if (written !== undefined) problems.push(`${damage.name}: ${written}`);
    const right = await withoutIndex(copy, sample.questions);
    if (!right.join().includes("Written despite")) problems.push(`${damage.name}: what was written is not there`);
    for (const wrong of await wrongAnswers(copy, { questions: sample.questions, right })) {
      problems.push(`${damage.name}, then a write: ${wrong}`);
    }
  }
  return { rig: `E index, ${rig}, then a write`, seed, figures: { damages: damages.length }, problems };
}

async function attemptToWrite(copy: Place, id: string): Promise<string | undefined> {
  try {
    const { code, said } = await ask(copy, ["comment", "-q", id, "Written despite"]);
    return code === 0 ? undefined : `a comment ends with ${code}: ${said}`;
  } catch (error) {
    return `a comment crashes: ${String(error)}`;
  }
}
