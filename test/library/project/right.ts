/** What a strict project may write. */
import { type Issue, type IssueSummary, openTracker, type Page, TrackerError } from "git-tracker";

export async function titles(cwd: string): Promise<string[]> {
  const tracker = await openTracker({ cwd });
  try {
    const page: Page<IssueSummary> = await tracker.list("is:open", { limit: 5 });
    const first: Issue = await tracker.create({ title: "x", labels: ["a"] });
    return [...page.items.map(({ title }) => title), first.comments[0]?.body ?? ""];
  } catch (error) {
    if (error instanceof TrackerError && error.code === "not-found") return [error.hint ?? ""];
    throw error;
  } finally {
    tracker.close();
  }
}
