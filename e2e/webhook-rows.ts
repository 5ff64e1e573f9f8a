import postgres from "postgres";

const databaseUrl = process.env.E2E_DATABASE_URL ?? "";

/** Runs statements on the product's own database, for what takes days otherwise. */
export async function withSql<T>(run: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(databaseUrl, { max: 1 });
  try {
    return await run(sql);
  } finally {
    await sql.end();
  }
}

export interface EndpointRow {
  url?: string;
  description?: string;
  events?: string[];
  failuresInRow?: number;
  disabledReason?: "user" | "failures" | "gone";
}

/**
 * Puts an endpoint into an account's workspace and answers its id. Its secret can't be read, so nothing can be
 * sent to it.
 */
export async function insertEndpoint(email: string, row: EndpointRow = {}): Promise<string> {
  const { url = "https://example.com/hooks", description = "", events = ["*"] } = row;
  const { failuresInRow = 0, disabledReason = null } = row;
  return await withSql(async (sql) => {
    const [made] = await sql`
      insert into webhook_endpoints (id, workspace_id, url, description, events, secret,
        failures_in_row, disabled_at, disabled_reason, created_by)
      select make_id('we'), m.workspace_id, ${url}::text, ${description}::text,
        string_to_array(${events.join()}::text, ','), '\\x00'::bytea, ${failuresInRow}::int,
        case when ${disabledReason}::text is not null then now() end, ${disabledReason}::text, u.id
      from users u join members m on m.user_id = u.id where u.email = ${email}
      returning id`;
    return String(made?.id);
  });
}

export interface DeliveryRows {
  state: "pending" | "delivered" | "failed";
  count?: number;
  type?: string;
  /** Of its one attempt. */
  status?: number;
  answer?: string;
}

/** Gives an endpoint deliveries that were tried once, and answers their ids. */
export async function insertDeliveries(endpointId: string, rows: DeliveryRows): Promise<string[]> {
  const { state, count = 1, type = "balance.low", answer = "" } = rows;
  const { status = state === "delivered" ? 204 : 500 } = rows;
  const error = state === "delivered" ? null : "status";
  return await withSql(async (sql) => {
    const made = await sql`
      with told as (
        insert into webhook_messages (id, workspace_id, type, occurred_at, body)
        select make_id('msg'), e.workspace_id, ${type}::text, now(),
          json_build_object('type', ${type}::text, 'data', json_build_object('n', n))::text
        from webhook_endpoints e, generate_series(1, ${count}::int) n where e.id = ${endpointId}
        returning id, workspace_id
      ),
      made as (
        insert into webhook_deliveries (id, message_id, endpoint_id, workspace_id, state, attempts,
          scheduled, next_attempt_at, last_status, last_error, delivered_at)
        select make_id('dlv'), t.id, ${endpointId}::text, t.workspace_id, ${state}::text, 1, 1,
          case when ${state}::text = 'pending' then now() + interval '1 hour' end, ${status}::int,
          ${error}::text, case when ${state}::text = 'delivered' then now() end
        from told t
        returning id
      )
      select id from made order by id`;
    const ids = made.map(({ id }) => String(id));
    await sql`
      insert into webhook_attempts (delivery_id, number, endpoint_id, at, duration_ms, status,
        error, answer, answer_bytes)
      select id, 1, ${endpointId}::text, now(), 42, ${status}::int, ${error}::text, ${answer}::text,
        octet_length(${answer}::text)
      from unnest(string_to_array(${ids.join()}::text, ',')) id`;
    return ids;
  });
}

export const longUrl = `https://hooks.example.com/${"a-very-long-path/".repeat(60)}?token=${"x".repeat(200)}`;
export const longName =
  "Ein Empfänger mit einem sehr langen Namen, der nicht auf einer Zeile steht";

/** An endpoint of every kind; the first has deliveries of every kind. */
export async function insertEveryKind(email: string): Promise<string> {
  const id = await insertEndpoint(email, {
    description: "Billing in production",
    events: ["balance.low", "balance.depleted", "topup.succeeded", "topup.failed"],
    failuresInRow: 4,
  });
  await insertDeliveries(id, { state: "delivered", count: 3 });
  await insertDeliveries(id, {
    state: "failed",
    type: "topup.failed",
    answer: `<h1>Bad gateway</h1>\n${"no break ".repeat(40)}`,
  });
  await insertDeliveries(id, { state: "pending", status: 503 });
  await insertEndpoint(email, { url: longUrl, description: longName });
  await insertEndpoint(email, { disabledReason: "user" });
  await insertEndpoint(email, { disabledReason: "gone", url: "https://example.org/gone" });
  return id;
}
