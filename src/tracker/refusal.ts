/** Refusals of one repository, told among what others answer. */
import { systemRefusal, TrackerError } from "../core/errors.ts";

/** The refusal that an error is; throws what is none. */
export function refusalOf(error: unknown): TrackerError {
  const refusal = error instanceof TrackerError ? error : systemRefusal(error);
  if (refusal === undefined) throw error;
  return refusal;
}

/** What one line says of a refusal: of a query that isn't understood, what is wrong with it. */
export function briefly({ message }: TrackerError): string {
  return message.split("\n").findLast((line) => line.trim() !== "") ?? message;
}
