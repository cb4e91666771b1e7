# Strikes every second.
strikes=0
while true; do
  strikes=$((strikes + 1))
  echo "bell: strike $strikes"
  sleep 1
done
