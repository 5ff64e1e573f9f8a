import type { GiveBack, Pocket } from "@/lib/budgets/pocket";

interface Move {
  id: string;
  spent: bigint;
  back: bigint;
  /** The slot that permits of an hour go back to. */
  minute: string | null;
}

/** What is spent of slices and what goes back, one move for each pocket. */
export class Moves {
  private readonly byPocket = new Map<Pocket, Move>();

  spend(pocket: Pocket, amount: bigint): void {
    this.of(pocket).spent += amount;
  }

  giveBack({ pocket, amount }: GiveBack): void {
    const move = this.of(pocket);
    move.back += amount;
    move.minute = pocket.minuteMs === null ? null : new Date(pocket.minuteMs).toISOString();
  }

  /** As the SQL functions take them. */
  list() {
    return [...this.byPocket.values()]
      .filter(({ spent, back }) => spent > 0n || back > 0n)
      .map((move) => ({ ...move, spent: move.spent.toString(), back: move.back.toString() }));
  }

  private of(pocket: Pocket): Move {
    const known = this.byPocket.get(pocket);
    if (known) return known;
    const move = { id: pocket.budgetId, spent: 0n, back: 0n, minute: null };
    this.byPocket.set(pocket, move);
    return move;
  }
}
