# Typed as a learner would.
set -e
docker rm -f watch-1 watch-2 watch-3 watch-4 reader >/dev/null 2>&1 || true
docker volume rm harbour-log >/dev/null 2>&1 || true

# step: lose-an-entry
docker build -t logbook:v1 logbook
docker run --name watch-1 logbook:v1
docker run --name watch-2 logbook:v1

# step: keep-the-entries
docker volume create harbour-log
docker run --name watch-3 -v harbour-log:/data logbook:v1
docker run --name watch-4 -v harbour-log:/data logbook:v1

# step: look-at-the-mount
docker inspect --format '{{json .Mounts}}' watch-4
docker volume inspect harbour-log

# step: another-reader
docker run --name reader -v harbour-log:/data:ro busybox cat /data/logbook.txt

# step: remove-the-containers
docker rm watch-3 watch-4
docker volume ls
docker volume rm harbour-log || echo "refused, as expected"

# step: backup
mkdir -p backup
docker run --rm -v harbour-log:/data:ro -v "$PWD/backup:/backup" busybox tar -cf /backup/logbook.tar -C /data .
tar -tf backup/logbook.tar

# step: disaster
docker rm reader
docker volume rm harbour-log
docker volume create --label restored=yes harbour-log
docker run --rm -v harbour-log:/data -v "$PWD/backup:/backup:ro" busybox tar -xf /backup/logbook.tar -C /data
docker run --name reader -v harbour-log:/data:ro busybox cat /data/logbook.txt
