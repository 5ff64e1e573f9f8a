CREATE TABLE "idempotency_keys" (
	"workspace_id" text NOT NULL,
	"key" text NOT NULL,
	"request_id" text NOT NULL,
	"fingerprint" "bytea" NOT NULL,
	"state" text NOT NULL,
	"instance_id" text NOT NULL,
	"answer" "bytea",
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_keys_workspace_id_key_pk" PRIMARY KEY("workspace_id","key"),
	CONSTRAINT "idempotency_keys_state" CHECK ("idempotency_keys"."state" in ('in_flight','done')),
	CONSTRAINT "idempotency_keys_done" CHECK ("idempotency_keys"."state" <> 'done' or "idempotency_keys"."answer" is not null)
);
--> statement-breakpoint
CREATE TABLE "key_exposures" (
	"id" text PRIMARY KEY NOT NULL,
	"key_id" text NOT NULL,
	"workspace_id" text NOT NULL,
	"secret_id" text NOT NULL,
	"source" text NOT NULL,
	"url" text,
	"reported_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "mails" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text,
	"user_id" text,
	"kind" text NOT NULL,
	"reference" text NOT NULL,
	"to_address" text NOT NULL,
	"subject" text NOT NULL,
	"text" text NOT NULL,
	"html" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"last_error" text,
	"sent_at" timestamp with time zone,
	"failed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "resources" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"environment" text NOT NULL,
	"name" text NOT NULL,
	"type" text NOT NULL,
	"config" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "resources_environment" CHECK ("resources"."environment" in ('live','test'))
);
--> statement-breakpoint
ALTER TABLE "holds" ADD COLUMN "cap_ids" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "api_key_secrets" ADD COLUMN "grace_seconds" integer;--> statement-breakpoint
ALTER TABLE "api_key_secrets" ADD COLUMN "lapses_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "api_key_secrets" ADD COLUMN "activated_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "model_allowlist" text[];--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "address_allowlist" text[];--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "requests_per_hour" integer;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "cap_day_nanos" bigint;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "cap_week_nanos" bigint;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "cap_month_nanos" bigint;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "cap_total_nanos" bigint;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "rotation_days" integer;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "rotation_due_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "rotation_deadline_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "expiry_reminded_days" integer;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "created_by_key_id" text;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "updated_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "disabled_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "plans" ADD COLUMN "concurrent_streams" integer DEFAULT 20 NOT NULL;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "requests_per_day" bigint;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "requests_per_month" bigint;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "requests_total" bigint;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "concurrent_streams" integer;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "deleted_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD CONSTRAINT "idempotency_keys_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "key_exposures" ADD CONSTRAINT "key_exposures_key_id_api_keys_id_fk" FOREIGN KEY ("key_id") REFERENCES "public"."api_keys"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "key_exposures" ADD CONSTRAINT "key_exposures_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "key_exposures" ADD CONSTRAINT "key_exposures_secret_id_api_key_secrets_id_fk" FOREIGN KEY ("secret_id") REFERENCES "public"."api_key_secrets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mails" ADD CONSTRAINT "mails_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mails" ADD CONSTRAINT "mails_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "resources" ADD CONSTRAINT "resources_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "idempotency_keys_created_idx" ON "idempotency_keys" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "key_exposures_key_idx" ON "key_exposures" USING btree ("key_id","reported_at" DESC NULLS LAST);--> statement-breakpoint
CREATE UNIQUE INDEX "mails_reference_key" ON "mails" USING btree ("reference","to_address");--> statement-breakpoint
CREATE INDEX "mails_created_idx" ON "mails" USING btree ("created_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "resources_workspace_idx" ON "resources" USING btree ("workspace_id","environment","created_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_created_by_key_id_api_keys_id_fk" FOREIGN KEY ("created_by_key_id") REFERENCES "public"."api_keys"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "holds_streams_idx" ON "holds" USING btree ("workspace_id") WHERE "holds"."stream";--> statement-breakpoint
CREATE UNIQUE INDEX "api_key_secrets_one_pending" ON "api_key_secrets" USING btree ("key_id") WHERE "api_key_secrets"."state" = 'pending';--> statement-breakpoint
CREATE UNIQUE INDEX "api_key_secrets_one_retiring" ON "api_key_secrets" USING btree ("key_id") WHERE "api_key_secrets"."state" = 'retiring';--> statement-breakpoint
CREATE INDEX "api_key_secrets_last4_idx" ON "api_key_secrets" USING btree ("workspace_id","last4");--> statement-breakpoint
CREATE INDEX "api_keys_expiry_idx" ON "api_keys" USING btree ("expires_at") WHERE "api_keys"."revoked_at" is null;--> statement-breakpoint
CREATE INDEX "api_keys_rotation_idx" ON "api_keys" USING btree ("rotation_due_at") WHERE "api_keys"."revoked_at" is null;--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_caps" CHECK (least("api_keys"."cap_day_nanos", "api_keys"."cap_week_nanos", "api_keys"."cap_month_nanos", "api_keys"."cap_total_nanos") >= 0);--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_rate" CHECK ("api_keys"."requests_per_hour" > 0);--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_rotation_days" CHECK ("api_keys"."rotation_days" between 1 and 365);