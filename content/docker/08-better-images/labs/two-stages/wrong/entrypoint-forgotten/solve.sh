cat > tides/Dockerfile <<'END'
FROM golang:1.24 AS build
WORKDIR /src
COPY go.mod main.go ./
RUN CGO_ENABLED=0 go build -o /usr/local/bin/tides .
ENTRYPOINT ["/usr/local/bin/tides"]

FROM debian:trixie-slim
COPY --from=build /usr/local/bin/tides /usr/local/bin/tides
END
docker build -t tides:v2 tides
