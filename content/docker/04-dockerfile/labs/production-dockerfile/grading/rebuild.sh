# Grades the Dockerfile that was handed in: the image is built from it and nothing else.
docker build -t tides:v1 tides
