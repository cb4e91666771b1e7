cp .solution/Dockerfile hello/Dockerfile
docker build -t hello hello
