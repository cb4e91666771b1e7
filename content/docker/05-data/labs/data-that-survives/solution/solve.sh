# Typed as a learner would.
set -e
docker rm -f watch-1 watch-2 watch-3 watch-4 reader >/dev/null 2>&1 || true
docker volume rm harbour-log >/dev/null 2>&1 || true

# Lose an entry.
docker build -t logbook:v1 logbook
docker run --name watch-1 logbook:v1
docker run --name watch-2 logbook:v1

# Keep the entries.
docker volume create harbour-log
docker run --name watch-3 -v harbour-log:/data logbook:v1
docker run --name watch-4 -v harbour-log:/data logbook:v1

# Look at the mount.
docker inspect --format '{{json .Mounts}}' watch-4
docker volume inspect harbour-log

# Another image reads the same volume.
docker run --name reader -v harbour-log:/data:ro busybox cat /data/logbook.txt

# The containers go, the volume stays.
docker rm watch-3 watch-4
docker volume ls
docker volume rm harbour-log || echo "refused, as expected"

# Back it up.
mkdir -p backup
docker run --rm -v harbour-log:/data:ro -v "$PWD/backup:/backup" busybox tar -cf /backup/logbook.tar -C /data .
tar -tf backup/logbook.tar

# The disaster, and back.
docker rm reader
docker volume rm harbour-log
docker volume create --label restored=yes harbour-log
docker run --rm -v harbour-log:/data -v "$PWD/backup:/backup:ro" busybox tar -xf /backup/logbook.tar -C /data
docker run --name reader -v harbour-log:/data:ro busybox cat /data/logbook.txt
