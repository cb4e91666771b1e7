docker run -i --name explorer python:3.13-slim bash <<'IN_THE_CONTAINER'
echo 'I was here' > /note.txt
exit
IN_THE_CONTAINER
# "Go on with it", with run: a new container, which never had the note.
docker run -i --name explorer-again python:3.13-slim bash <<'IN_THE_CONTAINER'
cat /note.txt
echo 'and again' > /back-again.txt
exit
IN_THE_CONTAINER
