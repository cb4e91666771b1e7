# Starts what was handed in, visits it, and restarts it: the visits must outlive that.
visit() { curl -sS --max-time 8 --retry 15 --retry-delay 1 --retry-all-errors --fail http://localhost:8080/; }
cd harbour || exit
docker compose up -d --build || exit
visit
visit
docker compose down
docker compose up -d
visit
