# Typed as a learner would. Edits of one line are made with sed.
set -e
docker rm -f night-1 night-2 night-3 >/dev/null 2>&1 || true
docker volume rm reports >/dev/null 2>&1 || true
greeting() { sed -i "s/^GREETING = .*/GREETING = \"$1\"/" pipeline/pipeline.py; }

# step: run-it
docker build -t pipeline:v1 pipeline
docker run --name night-1 -v "$PWD/pipeline/in:/data/in:ro" -v reports:/data/out pipeline:v1
docker run --rm -v reports:/data/out:ro busybox cat /data/out/report.csv

# step: setting
docker run --name night-2 -e MIN_TONS=10 -v "$PWD/pipeline/in:/data/in:ro" -v reports:/data/out pipeline:v1

# step: failure
docker run --name night-3 -v reports:/data/out pipeline:v1 || echo "exit code $?"

# step: first-order
greeting 'report is ready'
docker build -t pipeline:v2 pipeline

# step: second-order
cp .solution/Dockerfile pipeline/Dockerfile
docker build -t pipeline:v3 pipeline

# step: prove-it
greeting 'report is done'
docker build -t pipeline:v4 pipeline
docker run --rm -v "$PWD/pipeline/in:/data/in:ro" -v reports:/data/out -e MIN_TONS=10 pipeline:v4
