# syntax=docker/dockerfile:1

# One image for all that runs: `web`, `gateway`, `worker`, and `migrate`, which is run once a version.

FROM node:22-bookworm-slim AS build
WORKDIR /app
ENV NEXT_TELEMETRY_DISABLED=1
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
# Names, prefixes and links that become part of the pages.
ARG BRAND=""
ARG INSUFFICIENT_BALANCE_STATUS=""
RUN npm run build && rm -rf .next/cache

FROM node:22-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
COPY deploy/prune.mjs deploy/
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund && node deploy/prune.mjs

FROM node:22-bookworm-slim
WORKDIR /app
# DATA_DIR is only written to by `npm start`; here nothing is kept but in the database.
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1 PORT=3000 GATEWAY_PORT=4000 METRICS_PORT=9464 \
    METRICS_HOST=0.0.0.0 AUTH_TRUST_HOST=true DATA_DIR=/tmp/gatehouse
COPY --from=packages /app/node_modules ./node_modules
COPY package.json next.config.ts ./
COPY scripts ./scripts
COPY deploy ./deploy
COPY drizzle ./drizzle
COPY public ./public
COPY db/functions ./db/functions
COPY --from=build /app/dist ./dist
COPY --from=build /app/.next ./.next
# The files belong to root: what runs may read its own code, not change it.
USER node
EXPOSE 3000 4000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "deploy/healthcheck.mjs", "3000"]
CMD ["node", "scripts/web.mjs"]
