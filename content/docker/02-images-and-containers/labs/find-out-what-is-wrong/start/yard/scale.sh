# Weighs cargo, once it knows how much the crane can carry.
mkdir -p /etc/scale /var/log
until [ -s /etc/scale/limit ]; do
  echo "cannot weigh: the file /etc/scale/limit is missing or empty" >> /var/log/scale.log
  sleep 1
done
echo "scale: weighing up to $(cat /etc/scale/limit) tonnes"
while true; do sleep 1; done
