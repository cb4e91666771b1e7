# Typed as a learner would: one fault after the other.
set -e
docker build -t forecast:v0 forecast

# step: small
docker image history forecast:v0
cp .solution/small.Dockerfile forecast/Dockerfile
docker build -t forecast:v1 forecast

# step: fast
cp .solution/fast.Dockerfile forecast/Dockerfile
docker build -t forecast:v1 forecast

# step: safe
cp .solution/Dockerfile forecast/Dockerfile
docker build -t forecast:v1 forecast
docker run --rm forecast:v1 id

# step: pinned
docker run --rm forecast:v0 pip freeze > forecast/requirements.txt
cat forecast/requirements.txt
docker build -t forecast:v1 forecast
docker run --rm forecast:v1
docker images forecast
