# Typed as a learner would. What a learner types at a container's prompt comes from a here-document.

docker rm -f explorer second >/dev/null 2>&1

# step: go-inside
# By hand: docker run -it --name explorer python:3.13-slim bash
docker run -i --name explorer python:3.13-slim bash <<'IN_THE_CONTAINER'
exit
IN_THE_CONTAINER

# step: look-around
# Between these lines stands what is typed in the container.
docker start -ai explorer <<'IN_THE_CONTAINER'
python --version
cat /etc/os-release
echo $$
exit
IN_THE_CONTAINER

# step: leave-a-note
docker start -ai explorer <<'IN_THE_CONTAINER'
echo 'I was here' > /note.txt
cat /note.txt
exit
IN_THE_CONTAINER

# step: another-container
# The first one fails, and that is the point.
docker run python:3.13-slim cat /note.txt
docker run -i --name second python:3.13-slim bash <<'IN_THE_CONTAINER'
ls /
exit
IN_THE_CONTAINER

# step: go-back
docker ps -a
docker start -ai explorer <<'IN_THE_CONTAINER'
cat /note.txt
echo 'and again' > /back-again.txt
exit
IN_THE_CONTAINER

# step: tidy-up
docker ps -a --format '{{.Names}}' | grep -vx -e explorer -e second | xargs -r docker rm
docker run --rm python:3.13-slim python -c 'print("leaving no trace")'
docker ps -a
