# Typed as a learner would.
set -e

# step: take-stock
~/yard/start.sh
docker ps -a

# step: ended
docker logs radio
docker rm -f radio
docker run -d --name radio -e CHANNEL=16 yard:v1 radio.sh

# step: silent
docker logs scale
docker diff scale
docker exec scale cat /var/log/scale.log
docker exec scale sh -c 'echo 40 > /etc/scale/limit'

# step: will-not-stop
time docker stop bell
docker ps -a

# step: listen
docker rm bell
docker run -d --init --name bell yard:v1 bell.sh
sleep 2
time docker stop bell
