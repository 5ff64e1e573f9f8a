CREATE TABLE "upstream_minutes" (
	"upstream_id" text NOT NULL,
	"minute" timestamp with time zone NOT NULL,
	"instance_id" text NOT NULL,
	"status" integer NOT NULL,
	"attempts" integer NOT NULL,
	"latency_buckets" integer[] NOT NULL,
	CONSTRAINT "upstream_minutes_upstream_id_minute_instance_id_status_pk" PRIMARY KEY("upstream_id","minute","instance_id","status")
);
--> statement-breakpoint
ALTER TABLE "models" ADD COLUMN "retired_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "models" ADD COLUMN "is_configured" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "upstreams" ADD COLUMN "is_configured" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "upstream_minutes_minute_idx" ON "upstream_minutes" USING btree ("minute");