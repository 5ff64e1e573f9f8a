CREATE TABLE "model_fallbacks" (
	"model_id" text NOT NULL,
	"position" smallint NOT NULL,
	"upstream_id" text NOT NULL,
	"upstream_model" text NOT NULL,
	CONSTRAINT "model_fallbacks_model_id_position_pk" PRIMARY KEY("model_id","position")
);
--> statement-breakpoint
ALTER TABLE "upstreams" ADD COLUMN "credential" "bytea";--> statement-breakpoint
ALTER TABLE "upstreams" ADD COLUMN "allow_private" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "upstreams" ADD COLUMN "timeouts" jsonb;--> statement-breakpoint
ALTER TABLE "model_fallbacks" ADD CONSTRAINT "model_fallbacks_model_id_models_id_fk" FOREIGN KEY ("model_id") REFERENCES "public"."models"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_fallbacks" ADD CONSTRAINT "model_fallbacks_upstream_id_upstreams_id_fk" FOREIGN KEY ("upstream_id") REFERENCES "public"."upstreams"("id") ON DELETE no action ON UPDATE no action;