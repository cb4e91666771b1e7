docker run -d --name station nginx
docker network create pilots
docker network connect pilots station
docker run --name pilot --network pilots busybox wget -T 3 -qO- http://weather/ || true
