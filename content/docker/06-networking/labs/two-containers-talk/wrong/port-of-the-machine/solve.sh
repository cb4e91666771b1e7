# Publishes a port and asks for localhost: in a container that is the container itself.
docker run -d --name station -p 8080:80 nginx
docker network create signals
docker network connect signals station
docker run --name office --network signals busybox wget -T 3 -qO- http://localhost:8080/ || true
