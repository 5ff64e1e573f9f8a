CREATE TABLE "brand_choices" (
	"only" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"name" text,
	"tagline" text,
	"support_email" text,
	"accent" text,
	"app_origin" text,
	"api_origin" text,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "brand_choices_one_row" CHECK ("brand_choices"."only")
);
--> statement-breakpoint
CREATE TABLE "brand_logos" (
	"only" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"hash" text NOT NULL,
	"content_type" text NOT NULL,
	"body" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "brand_logos_one_row" CHECK ("brand_logos"."only")
);
