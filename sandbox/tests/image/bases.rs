//! What the base images are for: learners' programs are built and run with them, and nothing is fetched.

use std::time::Duration;

use drydock_sandbox::{Exec, Limits, Sandbox, Spec};

use crate::support::{in_yard, told};
use crate::{LIMITS, with_images};

/// For labs that install large packages: the disk is memory too.
const ROOMY: Limits = Limits {
    memory_mib: 2048,
    disk_mib: 1024,
    ..LIMITS
};

/// As `support::sh`, for installations that take a while on a busy machine.
async fn sh(sandbox: &Sandbox, script: &str) -> String {
    let mut exec = Exec::bash(script);
    exec.timeout = Duration::from_secs(150);
    let output = sandbox.exec(exec).await.expect("exec");
    assert!(output.success(), "{script}\n{}", told(&output));
    String::from_utf8_lossy(&output.stdout)
        .trim_end()
        .to_owned()
}

#[tokio::test]
async fn a_go_program_is_built_in_one_stage_and_shipped_alone_in_the_other() {
    in_yard(async |yard| {
        let sandbox = with_images(&yard, &["golang:1.24"]).await;
        let told = sh(
            &sandbox,
            r#"mkdir hello && cd hello
               printf 'module example.com/hello\n\ngo 1.24\n' > go.mod
               printf '%s\n' 'package main' 'import ("fmt"; "net/http")' 'func main() {' \
                   'http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "hello from go") })' \
                   'fmt.Println(http.ListenAndServe(":80", nil))' '}' > main.go
               printf '%s\n' 'FROM golang:1.24 AS build' 'WORKDIR /src' 'COPY go.mod ./' 'RUN go mod download' 'COPY . .' \
                   'RUN CGO_ENABLED=0 go build -o /hello .' 'FROM scratch' 'COPY --from=build /hello /hello' \
                   'ENTRYPOINT ["/hello"]' > Dockerfile
               docker build -q -t hello . > /dev/null
               docker run -d -p 8080:80 hello > /dev/null
               curl -sS --retry 50 --retry-delay 0 --retry-all-errors --max-time 10 localhost:8080 2>/dev/null
               echo
               docker image inspect -f '{{.Size}}' golang:1.24 hello"#,
        )
        .await;
        let lines: Vec<&str> = told.lines().collect();
        assert_eq!(lines[0], "hello from go");
        let size = |line: &str| line.parse::<u64>().expect("bytes") / 1_000_000;
        assert!(size(lines[1]) > 200 && size(lines[2]) < 12, "{told}");
    })
    .await;
}

#[tokio::test]
async fn node_runs_scripts_and_npm_installs_and_builds_what_has_no_dependencies() {
    in_yard(async |yard| {
        let sandbox = with_images(&yard, &["node:20-slim"]).await;
        let told = sh(
            &sandbox,
            r#"mkdir site && cd site
               printf '%s\n' '{"name": "site", "version": "1.0.0", "scripts": {"build": "node build.js"}}' > package.json
               printf '%s\n' '{"name": "site", "version": "1.0.0", "lockfileVersion": 3, "packages": {"": {"name": "site", "version": "1.0.0"}}}' > package-lock.json
               echo 'require("fs").mkdirSync("dist"); require("fs").writeFileSync("dist/site.js", "console.log(`built, by ${process.versions.node.split(`.`)[0]}`)")' > build.js
               printf '%s\n' 'FROM node:20-slim AS build' 'WORKDIR /app' 'COPY package*.json ./' 'RUN npm ci' 'COPY . .' 'RUN npm run build' \
                   'FROM node:20-slim' 'WORKDIR /app' 'COPY --from=build /app/dist ./dist' 'USER node' 'CMD ["dist/site.js"]' > Dockerfile
               docker build -q -t site . > /dev/null
               docker run --rm site
               docker run --rm node:20-slim --print 6*7"#,
        )
        .await;
        assert_eq!(told, "built, by 20\n42");
    })
    .await;
}

#[tokio::test]
async fn an_image_is_pushed_to_a_registry_of_ones_own_and_pulled_from_it() {
    in_yard(async |yard| {
        let sandbox = with_images(&yard, &["registry:2", "busybox:latest"]).await;
        let told = sh(
            &sandbox,
            r"docker run -d -p 5000:5000 --name registry registry:2 > /dev/null
              printf 'FROM busybox\nRUN echo shared > /note\nCMD cat /note\n' | docker build -q -t localhost:5000/note:1 - > /dev/null
              for i in $(seq 100); do curl -sf localhost:5000/v2/ && break; sleep 0.1; done; echo
              docker push -q localhost:5000/note:1
              curl -s localhost:5000/v2/note/tags/list
              docker rmi localhost:5000/note:1 > /dev/null
              docker run --rm localhost:5000/note:1 2>/dev/null",
        )
        .await;
        assert_eq!(
            told,
            "{}\nlocalhost:5000/note:1\n{\"name\":\"note\",\"tags\":[\"1\"]}\nshared"
        );
    })
    .await;
}

#[tokio::test]
async fn pandas_is_installed_without_a_network_and_images_do_not_carry_what_they_do_not_use() {
    in_yard(async |yard| {
        let mut spec = Spec::new(ROOMY);
        spec.images = vec!["python:3.13-slim".to_owned()];
        let sandbox = yard.with(spec).await;
        let told = sh(
            &sandbox,
            r#"mkdir pipeline && cd pipeline
               echo pandas > requirements.txt
               printf 'city,boats\nGdynia,3\nTallinn,4\n' > boats.csv
               printf '%s\n' 'import pandas' 'print(pandas.read_csv("boats.csv")["boats"].sum())' > pipeline.py
               printf '%s\n' 'FROM python:3.13-slim' 'WORKDIR /app' 'COPY requirements.txt .' \
                   'RUN pip install --no-cache-dir -r requirements.txt' 'COPY . .' 'CMD ["python", "pipeline.py"]' > Dockerfile
               docker build -q -t pipeline . > /dev/null
               docker run --rm --network none pipeline
               docker run --rm --user 1000 python:3.13-slim sh -c 'ls /usr/local/share/wheels | grep -c "^prefect-"'
               docker image inspect -f '{{.Size}}' python:3.13-slim"#,
        )
        .await;
        let lines: Vec<&str> = told.lines().collect();
        assert_eq!(lines[..2], ["7", "1"], "{told}");
        assert!(lines[2].parse::<u64>().expect("bytes") < 135_000_000, "{told}");
    })
    .await;
}

#[tokio::test]
async fn debian_packages_are_installed_without_a_network() {
    in_yard(async |yard| {
        let sandbox = with_images(&yard, &["python:3.13-slim", "busybox:latest"]).await;
        let told = sh(
            &sandbox,
            r#"printf '%s\n' 'FROM python:3.13-slim' 'RUN apt-get update \' \
                   ' && apt-get install -y --no-install-recommends make curl \' ' && rm -rf /var/lib/apt/lists/*' \
                   'WORKDIR /work' 'CMD ["make"]' | docker build -q -t tools - > /dev/null
               mkdir dag && printf 'out.txt: in.txt\n\tpython -c "print(6 * 7)" > out.txt\n' > dag/Makefile && touch dag/in.txt
               docker run --rm -v ./dag:/work tools > /dev/null && cat dag/out.txt
               docker run --rm tools sh -c 'curl --version | cut -d" " -f1 | head -n 1; ls -A /etc/apt/sources.list.d'
               docker run --rm busybox ls /etc/apt 2>&1; true"#,
        )
        .await;
        assert_eq!(
            told,
            "42\ncurl\n.packages\nlab.list\nls: /etc/apt: No such file or directory"
        );
    })
    .await;
}

/// The first run makes a database and starts a server of its own.
#[tokio::test]
async fn a_prefect_flow_runs_without_a_network() {
    in_yard(async |yard| {
        let mut spec = Spec::new(ROOMY);
        spec.images = vec!["python:3.13-slim".to_owned()];
        let sandbox = yard.with(spec).await;
        let told = sh(
            &sandbox,
            r#"mkdir flow && cd flow
               printf '%s\n' 'from prefect import flow, task' '@task' 'def extract(): return [1, 2]' '@task' \
                   'def load(rows): print("sum", sum(rows))' '@flow(log_prints=True)' 'def pipeline(): load(extract())' \
                   'pipeline()' > flow.py
               printf '%s\n' 'FROM python:3.13-slim' 'RUN pip install --no-cache-dir prefect' \
                   'ENV PREFECT_SERVER_ANALYTICS_ENABLED=false PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS=120' \
                   'COPY flow.py .' 'CMD ["python", "flow.py"]' > Dockerfile
               docker build -q -t flow . > /dev/null
               docker run --rm flow 2>&1"#,
        )
        .await;
        assert!(told.contains("sum 3"), "{told}");
        let end = told.lines().find(|line| line.contains("Finished in state Completed()") && line.contains("Flow run"));
        assert!(end.is_some(), "{told}");
    })
    .await;
}

#[tokio::test]
async fn an_application_and_its_database_come_up_together_and_keep_their_data() {
    in_yard(async |yard| {
        let sandbox = with_images(&yard, &["python:3.13-slim", "redis:8"]).await;
        let told = sh(
            &sandbox,
            r#"mkdir visits && cd visits
               printf 'flask\nredis\n' > requirements.txt
               printf '%s\n' 'from flask import Flask' 'from redis import Redis' 'app = Flask(__name__)' '@app.get("/")' \
                   'def visits(): return str(Redis(host="db").incr("visits"))' 'app.run(host="0.0.0.0", port=80)' > app.py
               printf '%s\n' 'FROM python:3.13-slim' 'WORKDIR /app' 'COPY requirements.txt .' \
                   'RUN pip install --no-cache-dir -r requirements.txt' 'COPY . .' 'CMD ["python", "app.py"]' > Dockerfile
               printf '%s\n' 'services:' '  app:' '    build: .' '    ports: ["8080:80"]' '    depends_on:' \
                   '      db: {condition: service_healthy}' '  db:' '    image: redis:8' '    volumes: ["data:/data"]' \
                   '    healthcheck: {test: [CMD, redis-cli, ping], interval: 1s, retries: 30}' 'volumes: {data: }' > compose.yaml
               visit() { curl -sS --retry 50 --retry-delay 0 --retry-all-errors --max-time 10 localhost:8080 2>/dev/null; echo; }
               docker compose up -d --build > up.log 2>&1 || { cat up.log; exit 1; }
               visit; visit
               docker compose down --timeout 1 2>/dev/null
               docker compose up -d > up.log 2>&1 || { cat up.log; exit 1; }
               visit"#,
        )
        .await;
        assert_eq!(told, "1\n2\n3");
    })
    .await;
}
