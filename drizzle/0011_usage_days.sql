CREATE TABLE "usage_daily" (
	"workspace_id" text NOT NULL,
	"by" text NOT NULL,
	"day" date NOT NULL,
	"key_id" text NOT NULL,
	"model" text NOT NULL,
	"endpoint" text NOT NULL,
	"status_class" integer NOT NULL,
	"requests" bigint[] NOT NULL,
	"input_tokens" bigint[] NOT NULL,
	"output_tokens" bigint[] NOT NULL,
	"cost_nanos" bigint[] NOT NULL,
	"errors" bigint[] NOT NULL,
	"latency_buckets" integer[][] NOT NULL,
	CONSTRAINT "usage_daily_workspace_id_by_day_key_id_model_endpoint_status_class_pk" PRIMARY KEY("workspace_id","by","day","key_id","model","endpoint","status_class")
);
--> statement-breakpoint
CREATE TABLE "usage_days" (
	"workspace_id" text NOT NULL,
	"day" date NOT NULL,
	"state" text NOT NULL,
	CONSTRAINT "usage_days_workspace_id_day_pk" PRIMARY KEY("workspace_id","day")
);
--> statement-breakpoint
CREATE INDEX "usage_days_due_idx" ON "usage_days" USING btree ("day") WHERE "usage_days"."state" = 'due';--> statement-breakpoint
-- A row of `usage_daily` has 3 kB, and reading it from beside its table would cost more than it saves.
ALTER TABLE "usage_daily" SET (toast_tuple_target = 8160);--> statement-breakpoint
INSERT INTO "usage_days" ("workspace_id", "day", "state")
SELECT "workspace_id", ("hour" AT TIME ZONE 'UTC')::date,
  CASE WHEN count(*) < 240 THEN 'plain' ELSE 'due' END
FROM "usage_hourly" WHERE "hour" < date_trunc('day', now(), 'UTC') - interval '2 days' GROUP BY 1, 2;
