# Left the container too early: the note is written on the lab machine.
docker run -i --name explorer python:3.13-slim bash <<'IN_THE_CONTAINER'
exit
IN_THE_CONTAINER
echo 'I was here' > /note.txt
