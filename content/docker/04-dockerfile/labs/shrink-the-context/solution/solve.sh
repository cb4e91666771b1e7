# Typed as a learner would.
set -e
survey/work.sh

# step: measure
docker build --progress=plain -t survey:v1 survey
docker run --rm survey:v1

# step: what-came-along
docker run --rm survey:v1 ls -la /app
docker run --rm survey:v1 cat /app/.env

# step: leave-it-out
cp .solution/.dockerignore survey/.dockerignore
docker build -t survey:v2 survey
docker run --rm survey:v2 ls -la /app

# step: measure-again
docker builder prune -f
docker build --progress=plain -t survey:v2 survey 2>&1 | grep 'transferring context'
docker images survey
