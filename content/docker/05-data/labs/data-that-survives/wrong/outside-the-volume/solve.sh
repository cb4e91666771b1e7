docker build -t logbook:v1 logbook
docker volume create harbour-log
# The volume is mounted, and the program writes somewhere else.
docker run --name watch-3 -v harbour-log:/logbook logbook:v1
docker run --name watch-4 -v harbour-log:/logbook logbook:v1
