~/yard/start.sh
# The same container once more, with the same settings.
docker start radio
# A limit on the lab machine is none in the container.
mkdir -p /etc/scale && echo 40 > /etc/scale/limit
sleep 2
