# Both versions are built from the folder that was handed in; they differ in the greeting.
greeting() { sed -i "s/^GREETING = .*/GREETING = \"$1\"/" hello/hello.py; }
greeting Hello
docker build -t hello:v1 hello || exit
docker tag hello:v1 hello:stable
docker run --name greeter -e NAME=Ada hello:v1
greeting Ahoy
docker build -t hello:v2 hello
