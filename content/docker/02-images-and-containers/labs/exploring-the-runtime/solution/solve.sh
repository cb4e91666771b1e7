# Typed as a learner would. A shell that a learner types into gets its lines from a here-document.

docker rm -f explorer second >/dev/null 2>&1

# Go inside, look around, leave a note.
docker run -i --name explorer python:3.13-slim bash <<'IN_THE_CONTAINER'
python --version
cat /etc/os-release
echo $$
echo 'I was here' > /note.txt
cat /note.txt
exit
IN_THE_CONTAINER

# Meet another container: this one fails, and that is the point.
docker run python:3.13-slim cat /note.txt
docker run -i --name second python:3.13-slim bash <<'IN_THE_CONTAINER'
ls /
exit
IN_THE_CONTAINER

# Go back.
docker ps -a
docker start -ai explorer <<'IN_THE_CONTAINER'
cat /note.txt
echo 'and again' > /back-again.txt
exit
IN_THE_CONTAINER

# Tidy up.
docker ps -a --format '{{.Names}}' | grep -vx -e explorer -e second | xargs -r docker rm
docker run --rm python:3.13-slim python -c 'print("leaving no trace")'
docker ps -a
