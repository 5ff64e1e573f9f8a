export interface Check {
  /** What must hold. */
  claim: string;
  /** Answers a row for each breach: `subject` and `found`, which says what is wrong in figures. */
  breaches: string;
}

/** What must be true of credit codes, and of money that was taken back or is owed. */
export const creditChecks: readonly Check[] = [
  {
    claim: "each code is used as often as it was redeemed, and never more than it may be",
    breaches: `
      select c.id as subject, c.uses || ' of ' || c.uses_max || ' uses, redeemed ' || coalesce(r.times, 0)
        as found
      from credit_codes c left join (
        select code_id, count(*) as times from code_redemptions group by code_id
      ) r on r.code_id = c.id
      where c.uses <> coalesce(r.times, 0) or c.uses > c.uses_max`,
  },
  {
    claim: "each redemption of a code is credited once with the code's amount, and nothing else is",
    breaches: `
      select coalesce(r.reference, b.reference) as subject,
        coalesce(r.amount::text, 'no redemption') || ', credited ' || coalesce(b.amount, 0) as found
      from (
        select 'code:' || c.id || ':' || x.workspace_id as reference, c.amount_nanos as amount
        from code_redemptions x join credit_codes c on c.id = x.code_id
      ) r
      full join (
        select t.reference, sum(e.amount_nanos) as amount
        from ledger_transactions t
        join ledger_entries e on e.transaction_id = t.id and e.account = 'wallet'
        where t.kind = 'code' group by t.reference
      ) b on b.reference = r.reference
      where coalesce(r.amount, 0) <> coalesce(b.amount, 0)`,
  },
  {
    claim: "nobody owes less than nothing",
    breaches: `
      select workspace_id as subject, sum(amount_nanos) || ' receivable' as found
      from ledger_entries where account = 'receivable'
      group by workspace_id having sum(amount_nanos) > 0`,
  },
  {
    claim: "what a bank holds until it decides is what the open disputes are about",
    breaches: `
      select coalesce(j.workspace_id, d.workspace_id) as subject,
        coalesce(j.amount, 0) || ' in disputes, open ' || coalesce(d.amount, 0) as found
      from (
        select workspace_id, sum(amount_nanos) as amount from ledger_entries
        where account = 'disputes' group by workspace_id
      ) j
      full join (
        select t.workspace_id, sum(r.amount_cents::bigint * 10000000) as amount
        from payment_reversals r join top_ups t on t.id = r.top_up_id
        where r.kind = 'dispute' and r.status = 'booked' group by t.workspace_id
      ) d on d.workspace_id = j.workspace_id
      where coalesce(j.amount, 0) <> coalesce(d.amount, 0)`,
  },
  {
    claim: "what was lost in disputes is what the disputes that were lost were about",
    breaches: `
      select coalesce(j.workspace_id, d.workspace_id) as subject,
        coalesce(j.amount, 0) || ' lost, disputes ' || coalesce(d.amount, 0) as found
      from (
        select e.workspace_id, sum(e.amount_nanos) as amount
        from ledger_transactions t
        join ledger_entries e on e.transaction_id = t.id and e.account = 'processor'
        where t.kind = 'dispute' group by e.workspace_id
      ) j
      full join (
        select t.workspace_id, sum(r.amount_cents::bigint * 10000000) as amount
        from payment_reversals r join top_ups t on t.id = r.top_up_id
        where r.kind = 'dispute' and r.status = 'lost' and t.status = 'succeeded'
          and r.currency = t.currency and r.amount_cents <= t.amount_cents
        group by t.workspace_id
      ) d on d.workspace_id = j.workspace_id
      where coalesce(j.amount, 0) <> coalesce(d.amount, 0)`,
  },
  {
    // Refunds are told of one by one, or as a payment's sum, which counts those that have failed since.
    claim: "what was refunded of each payment is what the journal took back for it",
    breaches: `
      select coalesce(j.top_up_id, r.top_up_id) as subject,
        coalesce(j.amount, 0) || ' taken back, refunded ' || coalesce(r.amount, 0) as found
      from (
        select split_part(t.reference, ':', 2) as top_up_id, sum(e.amount_nanos) as amount
        from ledger_transactions t
        join ledger_entries e on e.transaction_id = t.id and e.account = 'processor'
        where t.kind = 'refund' group by 1
      ) j
      full join (
        select top_up_id, 10000000 * least(top_up_cents, greatest(taken, told - returned)) as amount
        from (
          select t.id as top_up_id, t.amount_cents::bigint as top_up_cents,
            coalesce(sum(r.amount_cents) filter (where not r.is_sum and r.status <> 'released'), 0)
              as taken,
            coalesce(sum(r.amount_cents) filter (where not r.is_sum and r.status = 'released'), 0)
              as returned,
            coalesce(max(r.amount_cents) filter (where r.is_sum), 0) as told
          from (
            select *, starts_with(provider_reversal_id, 'sum:') as is_sum from payment_reversals
            where kind = 'refund' and status <> 'parked'
          ) r
          join top_ups t on t.id = r.top_up_id and t.status = 'succeeded'
            and r.currency = t.currency and r.amount_cents <= t.amount_cents
          group by t.id
        ) told
      ) r on r.top_up_id = j.top_up_id
      where coalesce(j.amount, 0) <> coalesce(r.amount, 0)`,
  },
];
