# Grades the Dockerfile and the pinned libraries that were handed in.
docker build -t forecast:v1 forecast
