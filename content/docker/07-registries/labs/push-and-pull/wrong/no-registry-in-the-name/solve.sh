docker run -d --name registry -p 5000:5000 registry:2
docker build -t bell:1.0 bell
docker tag bell:1.0 harbour/bell:1.0
docker push harbour/bell:1.0 || true
curl -sS --retry 10 --retry-delay 1 --retry-all-errors http://localhost:5000/v2/_catalog
