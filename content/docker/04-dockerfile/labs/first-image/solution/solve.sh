# Typed as a learner would.
set -e
docker rm -f greeter >/dev/null 2>&1 || true
sed -i 's/^GREETING = .*/GREETING = "Hello"/' hello/hello.py

# step: write
cp .solution/Dockerfile hello/Dockerfile

# step: build
docker build -t hello:v1 hello
docker run --rm hello:v1

# step: setting
docker run --name greeter -e NAME=Ada hello:v1

# step: look-inside
docker image history hello:v1
docker image inspect hello:v1

# step: second-version
sed -i 's/^GREETING = .*/GREETING = "Ahoy"/' hello/hello.py
docker build -t hello:v2 hello
docker run --rm hello:v2
docker run --rm hello:v1

# step: move-a-name
docker tag hello:v2 hello:stable
docker run --rm hello:stable
docker tag hello:v1 hello:stable
docker run --rm hello:stable
docker images hello
