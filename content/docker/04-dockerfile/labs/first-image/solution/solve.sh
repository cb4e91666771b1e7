# Typed as a learner would.
set -e
docker rm -f greeter >/dev/null 2>&1 || true
cp .solution/Dockerfile hello/Dockerfile
sed -i 's/^GREETING = .*/GREETING = "Hello"/' hello/hello.py

# Build, run, look inside.
docker build -t hello:v1 hello
docker run --rm hello:v1
docker run --name greeter -e NAME=Ada hello:v1
docker image history hello:v1
docker image inspect hello:v1

# A second version.
sed -i 's/^GREETING = .*/GREETING = "Ahoy"/' hello/hello.py
docker build -t hello:v2 hello
docker run --rm hello:v2
docker run --rm hello:v1

# A name that moves.
docker tag hello:v2 hello:stable
docker run --rm hello:stable
docker tag hello:v1 hello:stable
docker run --rm hello:stable
docker images hello
