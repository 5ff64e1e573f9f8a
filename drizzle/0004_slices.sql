CREATE TABLE "fact_version" (
	"version" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "slice_owners" (
	"instance_id" text PRIMARY KEY NOT NULL,
	"epoch" integer NOT NULL,
	"batch" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "slices" (
	"instance_id" text NOT NULL,
	"budget_id" text NOT NULL,
	"amount" bigint NOT NULL,
	CONSTRAINT "slices_instance_id_budget_id_pk" PRIMARY KEY("instance_id","budget_id"),
	CONSTRAINT "slices_not_negative" CHECK ("slices"."amount" >= 0)
);
--> statement-breakpoint
ALTER TABLE "instances" ADD COLUMN "acknowledged" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "slices" ADD CONSTRAINT "slices_instance_id_slice_owners_instance_id_fk" FOREIGN KEY ("instance_id") REFERENCES "public"."slice_owners"("instance_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "slices" ADD CONSTRAINT "slices_budget_id_budgets_id_fk" FOREIGN KEY ("budget_id") REFERENCES "public"."budgets"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "slices_budget_idx" ON "slices" USING btree ("budget_id");--> statement-breakpoint
INSERT INTO "fact_version" ("version") VALUES (1);--> statement-breakpoint
CREATE UNIQUE INDEX "fact_version_one_row" ON "fact_version" ((true));
