cp .solution/Dockerfile board/Dockerfile
docker build -t board:v1 board
docker run -d --name board -p 8000:8080 board:v1
