# Typed as a learner would.
docker rm -f first failed >/dev/null 2>&1

# step: run-it
docker run --name first hello-world

# step: find-it
docker ps
docker ps -a
docker logs first

# step: fail
docker run --name failed busybox sh -c 'echo cast off; exit 3'

# step: once-more
docker run hello-world
docker ps -a

# step: remove
docker ps -a --filter ancestor=hello-world --format '{{.Names}}' | grep -vx first | xargs -r docker rm
docker images
