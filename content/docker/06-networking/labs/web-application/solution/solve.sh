# Typed as a learner would. The edit of one line is made with sed.
set -e
docker rm -f board porto >/dev/null 2>&1 || true
sed -i 's/host="[^"]*"/host="127.0.0.1"/' board/app.py

# step: pack
cp .solution/Dockerfile board/Dockerfile
docker build -t board:v1 board

# step: publish
docker run -d --name board -p 8080:8000 board:v1
docker ps
curl --max-time 5 http://localhost:8080/ || echo "no answer, as expected"
docker logs board

# step: all-addresses
sed -i 's/host="127.0.0.1"/host="0.0.0.0"/' board/app.py
docker build -t board:v2 board
docker rm -f board
docker run -d --name board -p 8080:8000 board:v2
curl --retry 10 --retry-delay 1 --retry-all-errors http://localhost:8080/

# step: preview
curl http://localhost:8080/

# step: second-board
docker run -d --name porto -p 8081:8000 -e HARBOUR=Porto board:v2
curl --retry 10 --retry-delay 1 --retry-all-errors http://localhost:8081/
