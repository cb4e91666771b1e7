# Typed as a learner would.
set -e
visit() { curl -sS --retry 15 --retry-delay 1 --retry-all-errors --fail http://localhost:8080/; }
cd harbour
[ ! -f compose.yaml ] || docker compose down -v
sed -i 's/^TITLE = .*/TITLE = "Guest book"/' app.py

# step: one-file
cp ../.solution/first.yaml compose.yaml
docker compose up -d --build
docker compose ps
visit
visit

# step: data-gone
docker compose down
docker compose up -d
visit

# step: volume
cp ../.solution/volume.yaml compose.yaml
docker compose up -d
visit
visit
docker compose down
docker compose up -d
visit

# step: ready
cp ../.solution/compose.yaml compose.yaml
docker compose up -d
docker compose ps

# step: new-version
sed -i 's/^TITLE = .*/TITLE = "Visitors of the harbour"/' app.py
docker compose up -d --build
visit
