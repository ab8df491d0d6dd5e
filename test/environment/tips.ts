/** What git says of the issues' refs. */
import { gitIn, type Place } from "../faults/place.ts";

/** Every issue's ref and tip, as one text. */
export function issueTipsOf(place: Place): string {
  return gitIn(place, "-c", "safe.directory=*", "for-each-ref", "refs/git-tracker/issues");
}
