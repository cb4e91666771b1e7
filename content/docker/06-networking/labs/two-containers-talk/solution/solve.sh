# Typed as a learner would.
docker rm -f station office stranger pilot >/dev/null 2>&1
docker network rm signals pilots >/dev/null 2>&1

# step: default-network
docker run -d --name station nginx
docker run --rm busybox wget -T 3 -qO- http://station/
docker inspect --format '{{.NetworkSettings.IPAddress}}' station

# step: own-network
docker network create signals
docker network connect signals station
docker run --name office --network signals busybox wget -T 3 -qO- http://station/

# step: stranger
docker run --name stranger busybox wget -T 3 -qO- http://station/
docker logs stranger

# step: two-networks
docker network create pilots
docker network connect --alias weather pilots station
docker run --name pilot --network pilots busybox wget -T 3 -qO- http://weather/
