docker build -t logbook:v1 logbook
docker run -v harbour-log:/data --rm logbook:v1
docker run -v harbour-log:/data --rm logbook:v1
