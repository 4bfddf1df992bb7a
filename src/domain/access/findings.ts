import type { ManagedLine } from "./books.js";
import type { Change, Difference, Obstacle, Question } from "./changes.js";

/** Collects what a comparison finds, and puts its changes into the order in which to make them. */
export class Findings {
  readonly #changes: Change[] = [];
  readonly #questions: Question[] = [];
  readonly #obstacles: Obstacle[] = [];

  change(change: Change): void {
    this.#changes.push(change);
  }

  ask(question: Question): void {
    this.#questions.push(question);
  }

  obstacle(kind: Obstacle["kind"], line: ManagedLine | undefined, name: string, detail: string): void {
    this.#obstacles.push({ kind, lineId: line?.lineId, name, detail });
  }

  difference(): Difference {
    const changes = this.#changes.toSorted((a, b) => rankOf(a) - rankOf(b));
    return { changes, questions: this.#questions, obstacles: this.#obstacles };
  }
}

/** Profiles before the rows that need them; who waits for light first, who goes dark last. */
function rankOf(change: Change): number {
  if (change.kind.endsWith("-profile")) return 0;
  return { lights: 1, neutral: 2, darkens: 3 }[change.effect];
}
