// What the rounds of one row found, and how two contestants compare in them.

import { ratios } from "./figures.ts";
import type { Found } from "./load.ts";
import type { Contestant, Row } from "./rows.ts";

export type Round = Found & { rate: number; processorMicros: number };
export type Measured = Pick<Row, "title" | "floor" | "least" | "goals"> & { rounds: Partial<Record<Contestant, Round[]>> };

/** This Worker’s figure of each round, or another contestant’s, divided by the other’s of the same round; none if either has no such row. */
export function ratiosOf(rounds: Measured["rounds"], other: Contestant, figure: (round: Round) => number, of: Contestant = "here"): (number | undefined)[] | undefined {
  const [own, by] = [rounds[of], rounds[other]];
  return own && by && ratios(own.map(figure), by.map(figure));
}
