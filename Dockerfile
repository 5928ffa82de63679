# syntax=docker/dockerfile:1
# Worker, emulator and codec server from one build: docker build --target worker|emulator|codec .
# glibc, for the SDK's native core is not built for musl.
FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY client/package.json client/
COPY emulator/package.json emulator/
RUN npm ci --no-audit
COPY tsconfig.json tsconfig.build.json ./
COPY workflows workflows
COPY activities activities
COPY temporal temporal
COPY client client
COPY cli cli
COPY worker worker
COPY emulator emulator
RUN npm run build \
 && node dist/worker/build-bundle.js dist/workflow-bundle.js \
 && npm prune --omit=dev --no-audit
# The SDK brings its native core for five platforms, 30 MB each; the image runs on one.
RUN cd node_modules/@temporalio/core-bridge/releases \
 && find . -mindepth 1 -maxdepth 1 ! -name "$(uname -m)-unknown-linux-gnu" -exec rm -rf {} +

FROM node:20-bookworm-slim AS runtime
# The native core trusts the system's certificates, of which the slim image has none.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates \
 && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
USER node

# A package of its own, with its own build.
FROM runtime AS emulator
COPY --from=build /app/emulator/package.json emulator/
COPY --from=build /app/emulator/dist emulator/dist
EXPOSE 4700
CMD ["node", "emulator/dist/main.js", "--port", "4700", "--control"]

# The server alone needs neither the bundle nor Temporal; its keys come from a file that is mounted.
FROM runtime AS codec
EXPOSE 8234
CMD ["node", "--enable-source-maps", "dist/temporal/codec-server/main.js"]

# Last, so that it is what `docker build .` makes.
FROM runtime AS worker
ENV MFA_WORKFLOW_BUNDLE=/app/dist/workflow-bundle.js
CMD ["node", "--enable-source-maps", "dist/worker/main.js"]
