survey/work.sh
# Written where the shell was, not beside the Dockerfile.
cp .solution/.dockerignore .dockerignore
docker build -t survey:v2 survey
