docker build -t logbook:v1 logbook
docker run --name watch-3 -v harbour-log:/data logbook:v1
mkdir -p backup
# The volume is not mounted here: /data of this container is empty.
docker run --rm -v "$PWD/backup:/backup" busybox sh -c 'mkdir -p /data && tar -cf /backup/logbook.tar -C /data .'
