cd harbour
sed 's/DB_HOST: db/DB_HOST: localhost/' ../.solution/compose.yaml > compose.yaml
docker compose up -d --build
