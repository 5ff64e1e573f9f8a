CREATE TABLE "billing_profiles" (
	"workspace_id" text PRIMARY KEY NOT NULL,
	"provider" text,
	"provider_customer_id" text,
	"payment_method_id" text,
	"card_brand" text,
	"card_last4" text,
	"card_expiry_month" integer,
	"card_expiry_year" integer,
	"auto_top_up" boolean DEFAULT false NOT NULL,
	"auto_threshold_cents" integer DEFAULT 500 NOT NULL,
	"auto_restore_cents" integer DEFAULT 2500 NOT NULL,
	"auto_monthly_limit_cents" integer DEFAULT 10000 NOT NULL,
	"auto_user_id" text,
	"auto_failures" integer DEFAULT 0 NOT NULL,
	"auto_retry_at" timestamp with time zone,
	"auto_paused_reason" text,
	"alert_cents" integer DEFAULT 200,
	"alert_armed" boolean DEFAULT true NOT NULL,
	"alerted_at" timestamp with time zone,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "billing_profiles_auto" CHECK ("billing_profiles"."auto_threshold_cents" >= 0 and "billing_profiles"."auto_restore_cents" > "billing_profiles"."auto_threshold_cents"
        and "billing_profiles"."auto_monthly_limit_cents" >= 500)
);
--> statement-breakpoint
CREATE TABLE "code_redemptions" (
	"code_id" text NOT NULL,
	"workspace_id" text NOT NULL,
	"user_id" text NOT NULL,
	"redeemed_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "code_redemptions_code_id_workspace_id_pk" PRIMARY KEY("code_id","workspace_id")
);
--> statement-breakpoint
CREATE TABLE "credit_codes" (
	"id" text PRIMARY KEY NOT NULL,
	"code_hash" "bytea" NOT NULL,
	"hint" text NOT NULL,
	"description" text NOT NULL,
	"amount_nanos" bigint NOT NULL,
	"uses_max" integer NOT NULL,
	"uses" integer DEFAULT 0 NOT NULL,
	"expires_at" timestamp with time zone,
	"disabled_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "credit_codes_amount" CHECK ("credit_codes"."amount_nanos" > 0),
	CONSTRAINT "credit_codes_uses" CHECK ("credit_codes"."uses" between 0 and "credit_codes"."uses_max")
);
--> statement-breakpoint
CREATE TABLE "ledger_checks" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"checks" integer NOT NULL,
	"entries" bigint NOT NULL,
	"duration_ms" integer NOT NULL,
	"breaches" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "payment_reversals" (
	"id" text PRIMARY KEY NOT NULL,
	"provider" text NOT NULL,
	"provider_reversal_id" text NOT NULL,
	"provider_payment_id" text,
	"kind" text NOT NULL,
	"top_up_id" text,
	"amount_cents" integer NOT NULL,
	"currency" text NOT NULL,
	"status" text NOT NULL,
	"reason" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"resolved_at" timestamp with time zone,
	CONSTRAINT "payment_reversals_amount" CHECK ("payment_reversals"."amount_cents" > 0)
);
--> statement-breakpoint
ALTER TABLE "ledger_entries" DROP CONSTRAINT "ledger_entries_account";--> statement-breakpoint
ALTER TABLE "top_ups" DROP CONSTRAINT "top_ups_status";--> statement-breakpoint
ALTER TABLE "top_ups" ADD COLUMN "kind" text DEFAULT 'checkout' NOT NULL;--> statement-breakpoint
ALTER TABLE "top_ups" ADD COLUMN "provider_session_id" text;--> statement-breakpoint
ALTER TABLE "top_ups" ADD COLUMN "provider_payment_id" text;--> statement-breakpoint
ALTER TABLE "top_ups" ADD COLUMN "checkout_url" text;--> statement-breakpoint
ALTER TABLE "top_ups" ADD COLUMN "check_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "top_ups" ADD COLUMN "checks" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "plans" ADD COLUMN "self_service" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "billing_profiles" ADD CONSTRAINT "billing_profiles_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "billing_profiles" ADD CONSTRAINT "billing_profiles_auto_user_id_users_id_fk" FOREIGN KEY ("auto_user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "code_redemptions" ADD CONSTRAINT "code_redemptions_code_id_credit_codes_id_fk" FOREIGN KEY ("code_id") REFERENCES "public"."credit_codes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "code_redemptions" ADD CONSTRAINT "code_redemptions_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "code_redemptions" ADD CONSTRAINT "code_redemptions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payment_reversals" ADD CONSTRAINT "payment_reversals_top_up_id_top_ups_id_fk" FOREIGN KEY ("top_up_id") REFERENCES "public"."top_ups"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "billing_profiles_customer_key" ON "billing_profiles" USING btree ("provider","provider_customer_id");--> statement-breakpoint
CREATE INDEX "billing_profiles_auto_idx" ON "billing_profiles" USING btree ("workspace_id") WHERE "billing_profiles"."auto_top_up";--> statement-breakpoint
CREATE UNIQUE INDEX "credit_codes_hash_key" ON "credit_codes" USING btree ("code_hash");--> statement-breakpoint
CREATE INDEX "ledger_checks_at_idx" ON "ledger_checks" USING btree ("at" DESC NULLS LAST);--> statement-breakpoint
CREATE UNIQUE INDEX "payment_reversals_provider_key" ON "payment_reversals" USING btree ("provider","provider_reversal_id");--> statement-breakpoint
CREATE INDEX "payment_reversals_top_up_idx" ON "payment_reversals" USING btree ("top_up_id");--> statement-breakpoint
CREATE INDEX "payment_reversals_payment_idx" ON "payment_reversals" USING btree ("provider","provider_payment_id");--> statement-breakpoint
CREATE UNIQUE INDEX "top_ups_session_key" ON "top_ups" USING btree ("provider","provider_session_id");--> statement-breakpoint
CREATE INDEX "top_ups_payment_idx" ON "top_ups" USING btree ("provider","provider_payment_id");--> statement-breakpoint
CREATE INDEX "top_ups_check_idx" ON "top_ups" USING btree ("check_at") WHERE "top_ups"."check_at" is not null;--> statement-breakpoint
ALTER TABLE "ledger_entries" ADD CONSTRAINT "ledger_entries_account" CHECK ("ledger_entries"."account" in ('wallet','processor','promotions','revenue','disputes','receivable','adjustments'));--> statement-breakpoint
ALTER TABLE "top_ups" ADD CONSTRAINT "top_ups_status" CHECK ("top_ups"."status" in ('pending','needs_action','succeeded','failed','cancelled'));--> statement-breakpoint
UPDATE "plans" SET "self_service" = false WHERE "id" = 'enterprise';
