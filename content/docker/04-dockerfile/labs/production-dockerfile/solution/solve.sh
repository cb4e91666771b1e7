# Typed as a learner would, one change after the other.
set -e

# step: order
cp .solution/order.Dockerfile tides/Dockerfile
docker build -t tides:v1 tides
docker run --rm tides:v1

# step: speak
cp .solution/speak.Dockerfile tides/Dockerfile
docker build -t tides:v1 tides

# step: arguments
cp .solution/arguments.Dockerfile tides/Dockerfile
docker build -t tides:v1 tides
docker run --rm tides:v1
docker run --rm tides:v1 --place Basin

# step: label
cp .solution/Dockerfile tides/Dockerfile
docker build -t tides:v1 tides
docker image inspect --format '{{json .Config.Labels}}' tides:v1
