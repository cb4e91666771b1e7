cd harbour
sed 's#db-data:/data#db-data:/var/lib/redis#' ../.solution/compose.yaml > compose.yaml
docker compose up -d --build
