# Listens on a channel.
if [ -z "$CHANNEL" ]; then
  echo "radio: no channel is set: give me the variable CHANNEL" >&2
  exit 78
fi
echo "radio: listening on channel $CHANNEL"
while true; do sleep 1; done
