CREATE TABLE "account_figures" (
	"workspace_id" text PRIMARY KEY NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"balance_nanos" bigint DEFAULT 0 NOT NULL,
	"used_nanos" bigint DEFAULT 0 NOT NULL,
	"spend_nanos" bigint DEFAULT 0 NOT NULL,
	"last_seen_at" timestamp with time zone DEFAULT '-infinity' NOT NULL,
	"as_of" timestamp with time zone DEFAULT '-infinity' NOT NULL
);
--> statement-breakpoint
ALTER TABLE "account_figures" ADD CONSTRAINT "account_figures_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "account_figures_created_idx" ON "account_figures" USING btree ("created_at","workspace_id");--> statement-breakpoint
CREATE INDEX "account_figures_balance_idx" ON "account_figures" USING btree ("balance_nanos","workspace_id");--> statement-breakpoint
CREATE INDEX "account_figures_spend_idx" ON "account_figures" USING btree ("spend_nanos","workspace_id");--> statement-breakpoint
CREATE INDEX "account_figures_seen_idx" ON "account_figures" USING btree ("last_seen_at","workspace_id");--> statement-breakpoint
CREATE INDEX "account_figures_as_of_idx" ON "account_figures" USING btree ("as_of");--> statement-breakpoint
CREATE INDEX "api_key_secrets_any_last4_idx" ON "api_key_secrets" USING btree ("last4");--> statement-breakpoint
CREATE INDEX "workspaces_suspended_idx" ON "workspaces" USING btree ("suspended_at") WHERE "workspaces"."suspended_at" is not null;--> statement-breakpoint
CREATE INDEX "workspaces_plan_idx" ON "workspaces" USING btree ("plan_id");--> statement-breakpoint
INSERT INTO "account_figures" ("workspace_id", "created_at") SELECT "id", "created_at" FROM "workspaces";
