docker run --name first hello-world
docker run hello-world
# All that has exited, as a search on the web suggests.
docker container prune --force
