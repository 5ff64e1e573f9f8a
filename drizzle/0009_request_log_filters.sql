DROP INDEX "request_log_workspace_idx";--> statement-breakpoint
DROP INDEX "request_log_key_idx";--> statement-breakpoint
DROP INDEX "request_log_writes_idx";--> statement-breakpoint
CREATE INDEX "request_log_errors_idx" ON "request_log" USING btree ("workspace_id","status","at") WHERE "request_log"."status" >= 400;--> statement-breakpoint
CREATE INDEX "request_log_model_idx" ON "request_log" USING btree ("workspace_id","model","at") WHERE "request_log"."model" <> '';--> statement-breakpoint
CREATE INDEX "request_log_endpoint_idx" ON "request_log" USING btree ("workspace_id","path","at") WHERE "request_log"."path" <> '/v1/chat/completions';--> statement-breakpoint
CREATE INDEX "request_log_workspace_idx" ON "request_log" USING btree ("workspace_id","at");--> statement-breakpoint
CREATE INDEX "request_log_key_idx" ON "request_log" USING btree ("key_id","at");--> statement-breakpoint
CREATE INDEX "request_log_writes_idx" ON "request_log" USING btree ("key_id","at") WHERE "request_log"."path" like '/v1/resources%' and "request_log"."method" <> 'GET';