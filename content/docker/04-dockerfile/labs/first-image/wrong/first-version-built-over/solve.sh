cp .solution/Dockerfile hello/Dockerfile
docker build -t hello:v1 hello
sed -i 's/"Hello"/"Ahoy"/' hello/hello.py
docker build -t hello:v1 hello
docker tag hello:v1 hello:v2
