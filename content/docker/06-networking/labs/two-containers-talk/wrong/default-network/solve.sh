docker run -d --name station nginx
docker network create signals
# The network is there, and nobody was put on it.
docker run --name office busybox wget -T 3 -qO- http://station/ || true
