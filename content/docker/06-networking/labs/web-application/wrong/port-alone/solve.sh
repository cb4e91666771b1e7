# Published, and still bound to 127.0.0.1 inside.
cp .solution/Dockerfile board/Dockerfile
docker build -t board:v2 board
docker run -d --name board -p 8080:8000 board:v2
