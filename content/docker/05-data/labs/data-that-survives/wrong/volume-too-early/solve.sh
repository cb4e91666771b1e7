docker build -t logbook:v1 logbook
docker run --name watch-1 -v book:/data logbook:v1
docker run --name watch-2 -v book:/data logbook:v1
