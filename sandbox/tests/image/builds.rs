//! Building images inside.

use crate::support::{in_yard, sh};
use crate::with_images;

/// A small web application with a dependency that has to come from the wheelhouse.
const APPLICATION: &str = r#"
set -e
mkdir -p /root/app && cd /root/app
printf 'flask\n' > requirements.txt
printf '%s\n' 'from flask import Flask' 'app = Flask(__name__)' '@app.get("/")' \
    'def hello(): return "hello from flask"' 'app.run(host="0.0.0.0", port=80)' > app.py
printf '%s\n' 'FROM python:3.13-slim' 'WORKDIR /app' 'COPY requirements.txt .' \
    'RUN pip install --no-cache-dir -r requirements.txt' 'COPY . .' 'CMD ["python", "app.py"]' > Dockerfile
"#;

#[tokio::test]
async fn an_application_is_built_from_the_wheelhouse_and_answers_on_its_port() {
    in_yard(async |yard| {
        let sandbox = with_images(&yard, &["python:3.13-slim"]).await;
        sh(&sandbox, APPLICATION).await;
        sh(&sandbox, "cd app && docker build -t app . 2>&1").await;
        let answer = sh(
            &sandbox,
            "docker run -d -p 8080:80 app > /dev/null
             curl -sS --retry 50 --retry-delay 0 --retry-all-errors --max-time 10 localhost:8080 2>/dev/null",
        )
        .await;
        assert_eq!(answer, "hello from flask");
        // The build cache knows what was touched.
        let told = sh(
            &sandbox,
            "cd app && echo '# changed' >> app.py && docker build --progress plain -t app . 2>&1",
        )
        .await;
        let cached = told.lines().filter(|line| line.ends_with("CACHED")).count();
        assert_eq!(cached, 3, "WORKDIR, COPY and RUN are cached, the second COPY is not:\n{told}");
    })
    .await;
}

#[tokio::test]
async fn the_history_of_images_reads_like_their_dockerfiles() {
    in_yard(async |yard| {
        let sandbox = with_images(&yard, &["python:3.13-slim"]).await;
        let history = sh(
            &sandbox,
            "printf 'FROM python:3.13-slim\\nRUN echo one > /one\\nCMD [\"cat\", \"/one\"]\\n' | docker build -q -t one - > /dev/null
             docker history --no-trunc --format '{{.CreatedBy}}' one",
        )
        .await;
        let lines: Vec<&str> = history.lines().collect();
        assert!(lines[0].contains(r#"CMD ["cat" "/one"]"#), "{history}");
        assert!(lines[1].contains("RUN /bin/sh -c echo one > /one"), "{history}");
        assert!(lines.iter().any(|line| line.contains("CMD [\"python3\"]")), "{history}");
        assert!(lines.iter().any(|line| line.contains("PYTHON_VERSION=3.13")), "{history}");
    })
    .await;
}

#[tokio::test]
async fn stages_that_delete_files_of_a_base_image_build() {
    in_yard(async |yard| {
        let sandbox = with_images(&yard, &["debian:trixie-slim", "busybox:latest"]).await;
        let told = sh(
            &sandbox,
            r"printf '%s\n' 'FROM debian:trixie-slim AS one' \
                  'RUN rm -r /etc/skel && mkdir /etc/skel && ls -A /etc/skel | wc -l > /count' \
                  'FROM busybox' 'COPY --from=one /count /count' 'CMD cat /count' | docker buildx build -q -t two - > /dev/null
              docker run --rm two",
        )
        .await;
        assert_eq!(told, "0");
    })
    .await;
}

#[tokio::test]
async fn python_installs_packages_as_in_the_official_image() {
    in_yard(async |yard| {
        let sandbox = with_images(&yard, &["python:3.13-slim"]).await;
        let told = sh(
            &sandbox,
            "docker run --rm python:3.13-slim sh -ec '
                 for name in python python3 pip; do command -v $name; done
                 test \"Python $PYTHON_VERSION\" = \"$(python --version)\"
                 pip install -q flask requests 2>/dev/null
                 python -c \"import flask, requests\"
                 python -m venv /v && /v/bin/pip install -q flask && echo fine'",
        )
        .await;
        assert_eq!(
            told,
            "/usr/local/bin/python\n/usr/local/bin/python3\n/usr/local/bin/pip\nfine"
        );
    })
    .await;
}
