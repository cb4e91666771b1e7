docker run -d --name registry -p 5000:5000 registry:2
curl -sS --retry 10 --retry-delay 1 --retry-all-errors http://localhost:5000/v2/_catalog
docker build -t localhost:5000/harbour/bell:1.0 bell
docker push localhost:5000/harbour/bell:1.0 | grep -o 'sha256:[0-9a-f]*' > digest.txt
# The new version under the old tag.
echo 'Eight bells, version 1.1' > bell/message.txt
docker build -t localhost:5000/harbour/bell:1.0 bell
docker push localhost:5000/harbour/bell:1.0
