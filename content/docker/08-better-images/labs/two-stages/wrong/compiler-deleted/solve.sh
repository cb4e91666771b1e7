docker build -t tides:v1 tides
# Removed in a layer of its own, which leaves the layers below as they are.
echo 'RUN rm -rf /usr/local/go /usr/lib/go* /root/.cache' >> tides/Dockerfile
docker build -t tides:v2 tides
