# Typed as a learner would.
docker volume rm ledger >/dev/null 2>&1

# step: who
docker build -t ledger:v1 ledger
docker run --rm ledger:v1

# step: own-user
cp .solution/user.Dockerfile ledger/Dockerfile
docker build -t ledger:v2 ledger
docker run --rm ledger:v2

# step: folder
cp .solution/Dockerfile ledger/Dockerfile
docker build -t ledger:v3 ledger
docker run --rm -v ledger:/data ledger:v3
docker run --rm -v ledger:/data ledger:v3

# step: nowhere-else
docker run --rm ledger:v3 ls -la /app
docker run --rm ledger:v3 sh -c 'echo "import os" >> /app/ledger.py' || echo "refused, as it should be"
