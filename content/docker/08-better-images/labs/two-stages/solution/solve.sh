# Typed as a learner would.
set -e

# step: one-stage
docker build -t tides:v1 tides
docker run --rm tides:v1 Bergen
docker images tides
docker image history tides:v1

# step: second-stage
cp .solution/slim.Dockerfile tides/Dockerfile
docker build -t tides:v2 tides
docker run --rm tides:v2 Bergen
docker images tides

# step: empty-base
cp .solution/Dockerfile tides/Dockerfile
docker build -t tides:v3 tides
docker run --rm tides:v3 Bergen
docker run --rm --entrypoint ls tides:v3 / || echo "no ls, as expected"
docker images tides

# step: first-stage-only
docker build --target build -t tides:tools tides
docker run --rm --entrypoint go tides:tools version
