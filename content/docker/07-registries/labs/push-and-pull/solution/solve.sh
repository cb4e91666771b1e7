# Typed as a learner would.
set -e
docker rm -f registry pulled by-digest >/dev/null 2>&1 || true

# step: start-a-registry
docker run -d --name registry -p 5000:5000 registry:2
curl -sS --retry 10 --retry-delay 1 --retry-all-errors http://localhost:5000/v2/_catalog

# step: push
docker build -t bell:1.0 bell
docker tag bell:1.0 localhost:5000/harbour/bell:1.0
docker push localhost:5000/harbour/bell:1.0
curl -sS http://localhost:5000/v2/harbour/bell/tags/list

# step: digest
docker pull localhost:5000/harbour/bell:1.0 | grep -o 'sha256:[0-9a-f]*' > digest.txt
cat digest.txt

# step: remove-and-pull
docker rmi bell:1.0 localhost:5000/harbour/bell:1.0
docker run --name pulled localhost:5000/harbour/bell:1.0

# step: next-version
echo 'Eight bells, version 1.1' > bell/message.txt
docker build -t localhost:5000/harbour/bell:1.1 bell
docker push localhost:5000/harbour/bell:1.1
docker tag localhost:5000/harbour/bell:1.1 localhost:5000/harbour/bell:latest
docker push localhost:5000/harbour/bell:latest

# step: by-digest
docker run --name by-digest "localhost:5000/harbour/bell@$(cat digest.txt)"
