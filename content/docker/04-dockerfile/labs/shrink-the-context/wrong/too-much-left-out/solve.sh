survey/work.sh
printf '.*\n__pycache__\nrecordings\n*.csv\n' > survey/.dockerignore
docker build -t survey:v2 survey
