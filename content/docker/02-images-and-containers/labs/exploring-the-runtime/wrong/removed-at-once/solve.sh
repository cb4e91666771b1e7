# With --rm, as seen in an example: the container is gone when the shell ends.
docker run -i --rm --name explorer python:3.13-slim bash <<'IN_THE_CONTAINER'
echo 'I was here' > /note.txt
exit
IN_THE_CONTAINER
