import type postgres from "postgres";

/**
 * A clock that stands until it is moved, in place of the database's. PostgreSQL looks functions up
 * along the search path: with a schema before pg_catalog every SQL function that asks for the time,
 * the settling ones too, which take none, is told this one.
 */
export class SimulatedClock {
  private at = new Date(0);
  private passedMs = 0;

  private constructor(private readonly sql: postgres.Sql) {}

  /** Connections that are opened to the database from then on see this clock. */
  static async install(sql: postgres.Sql): Promise<SimulatedClock> {
    await sql.unsafe(`
      create schema simulated;
      create table simulated.clock (at timestamptz not null);
      insert into simulated.clock values ('epoch');
      create function simulated.clock_timestamp() returns timestamptz language sql volatile
        as 'select at from simulated.clock';
      create function simulated.now() returns timestamptz language sql stable
        as 'select at from simulated.clock';
      do $$ begin
        execute format(
          'alter database %I set search_path = simulated, pg_catalog, public', current_database());
      end $$`);
    return new SimulatedClock(sql);
  }

  now(): Date {
    return this.at;
  }

  /** What a monotonic clock shows: time that passed, whatever the clock was put back. */
  monotonicMs(): number {
    return this.passedMs;
  }

  async moveTo(at: Date): Promise<void> {
    this.passedMs += Math.max(0, at.getTime() - this.at.getTime());
    this.at = at;
    await this.sql`update simulated.clock set at = ${at}`;
  }
}
