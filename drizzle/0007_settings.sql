CREATE TABLE "former_addresses" (
	"address_hash" "bytea" PRIMARY KEY NOT NULL,
	"deleted_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "notification_choices" (
	"user_id" text NOT NULL,
	"notice" text NOT NULL,
	"is_on" boolean NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "notification_choices_user_id_notice_pk" PRIMARY KEY("user_id","notice"),
	CONSTRAINT "notification_choices_notice" CHECK ("notification_choices"."notice" in ('key_expiring','rotation_due','low_balance','auto_top_up','receipt'))
);
--> statement-breakpoint
ALTER TABLE "notification_choices" ADD CONSTRAINT "notification_choices_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "audit_log_actor_idx" ON "audit_log" USING btree ("workspace_id","actor_id","at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "request_log_writes_idx" ON "request_log" USING btree ("key_id","at" DESC NULLS LAST) WHERE "request_log"."path" like '/v1/resources%' and "request_log"."method" <> 'GET';